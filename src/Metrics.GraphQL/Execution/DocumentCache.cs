using System.Collections.Concurrent;

namespace Metrics.GraphQL.Execution;

/// <summary>
/// Keeps compiled documents by hash. When full, about half the entries, those not used since the last time, are dropped;
/// a stream of new documents thus cannot push out those in use.
/// </summary>
internal sealed class DocumentCache(int capacity)
{
    private readonly ConcurrentDictionary<string, Entry> entries = new();
    private int trimming;

    public CompiledDocument GetOrAdd(string hash, Func<CompiledDocument> create)
    {
        if (entries.TryGetValue(hash, out var entry))
        {
            entry.Used = true;
            return entry.Document;
        }
        var document = create();
        if (capacity == 0) return document;
        if (entries.Count >= capacity) Trim();
        return entries.GetOrAdd(hash, new Entry(document)).Document;
    }

    public CompiledDocument? Find(string hash)
    {
        if (!entries.TryGetValue(hash, out var entry)) return null;
        entry.Used = true;
        return entry.Document;
    }

    public int Count => entries.Count;

    private void Trim()
    {
        if (Interlocked.Exchange(ref trimming, 1) == 1) return;
        var excess = entries.Count - capacity / 2;
        foreach (var (hash, entry) in entries)
        {
            if (excess <= 0) break;
            if (!entry.Used && entries.TryRemove(hash, out _)) excess--;
            entry.Used = false;
        }
        foreach (var (hash, _) in entries)
        {
            if (excess-- <= 0 || entries.Count < capacity) break;
            entries.TryRemove(hash, out _);
        }
        Volatile.Write(ref trimming, 0);
    }

    private sealed class Entry(CompiledDocument document)
    {
        public CompiledDocument Document { get; } = document;

        public bool Used { get; set; }
    }
}
