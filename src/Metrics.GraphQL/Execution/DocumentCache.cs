using System.Collections.Concurrent;

namespace Metrics.GraphQL.Execution;

/// <summary>
/// Keeps compiled documents by hash, bounded in number and in the length of their texts. When full, half is dropped, first what
/// was not used since the last time; a stream of new documents thus cannot push out those in use, nor fill the memory.
/// </summary>
internal sealed class DocumentCache(int capacity)
{
    // A compiled document takes up to about 65 bytes for each character of its text.
    private const long MaxLength = 4_000_000;
    private const int MaxLengthOfOne = 250_000;

    private readonly ConcurrentDictionary<string, Entry> entries = new();
    private long length;
    private int trimming;

    public int Count => entries.Count;

    public CompiledDocument GetOrAdd(string hash, int textLength, Func<CompiledDocument> create)
    {
        if (Find(hash) is { } known) return known;
        var document = create();
        if (capacity == 0 || textLength > MaxLengthOfOne) return document;
        if (entries.Count >= capacity || Interlocked.Read(ref length) > MaxLength) Trim();
        var entry = new Entry(document, textLength);
        if (!entries.TryAdd(hash, entry)) return entries.GetValueOrDefault(hash)?.Document ?? document;
        Interlocked.Add(ref length, textLength);
        return document;
    }

    public CompiledDocument? Find(string hash)
    {
        if (!entries.TryGetValue(hash, out var entry)) return null;
        entry.Used = true;
        return entry.Document;
    }

    private void Trim()
    {
        if (Interlocked.Exchange(ref trimming, 1) == 1) return;
        foreach (var (hash, entry) in entries)
        {
            if (!IsOverHalf()) break;
            if (!entry.Used) Remove(hash);
            entry.Used = false;
        }
        foreach (var (hash, _) in entries)
        {
            if (!IsOverHalf()) break;
            Remove(hash);
        }
        Volatile.Write(ref trimming, 0);
    }

    private bool IsOverHalf() => entries.Count > capacity / 2 || Interlocked.Read(ref length) > MaxLength / 2;

    private void Remove(string hash)
    {
        if (entries.TryRemove(hash, out var entry)) Interlocked.Add(ref length, -entry.Length);
    }

    private sealed class Entry(CompiledDocument document, int length)
    {
        public CompiledDocument Document { get; } = document;

        public int Length { get; } = length;

        public bool Used { get; set; }
    }
}
