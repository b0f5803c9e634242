using System.Collections.ObjectModel;
using System.IO.Compression;

namespace Metrics.Sources;

/// <summary>Something raw that arrived: a file, a page of an API, a webhook's body.</summary>
/// <param name="Name">How people refer to it: the path as given.</param>
/// <param name="Length">Bytes, for progress.</param>
/// <param name="Read">Opens the content; may be called more than once.</param>
public sealed record Payload(string Name, long Length, Func<Stream> Read)
{
    // By default .NET takes an archive that was cut off for one that ends there. It reads the switch at the first decompression.
    static Payload() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>Why this payload is left out; null for one to be read.</summary>
    public string? Skipped { get; init; }

    /// <summary>Where it lies on this machine, if it does.</summary>
    public string? Path { get; init; }

    /// <summary>The content is unpacked already, whatever the name ends in.</summary>
    public bool IsUnpacked { get; init; }

    /// <summary>When it was written, where that is known: what a snapshot without a time of its own was taken at.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>
    /// What came with the content and is needed to read it: a webhook's kind of event, the request that a page answers. Landed
    /// with the content, so that a replay has it too. Nothing secret, nothing personal.
    /// </summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Bytes that it may unpack to; null means any number. What a stranger sends must not fill the disk.</summary>
    public long? LongestUnpacked { get; init; }

    /// <summary>The content, unpacked.</summary>
    public Stream Open()
    {
        if (!Name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || IsUnpacked) return Read();
        var unpacked = new GZipStream(Read(), CompressionMode.Decompress);
        return LongestUnpacked is { } most ? new BoundedStream(unpacked, most) : unpacked;
    }

    /// <summary>A file on this machine.</summary>
    public static Payload OfFile(string path)
    {
        var file = new FileInfo(path);
        return new Payload(path, file.Length, () => File.OpenRead(path)) { Path = file.FullName, WrittenAt = new DateTimeOffset(file.LastWriteTimeUtc) };
    }

    /// <summary>Content in memory.</summary>
    public static Payload OfBytes(string name, ReadOnlyMemory<byte> content) =>
        new(name, content.Length, () => new MemoryStream(content.ToArray(), writable: false));
}
