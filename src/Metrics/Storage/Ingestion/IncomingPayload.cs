using Metrics.Model.Facts;

namespace Metrics.Storage.Ingestion;

/// <summary>A payload on its way in: what to land, and what a source has made of it.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Name">How people refer to the payload.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Open">The original, for its hash.</param>
/// <param name="OpenRedacted">What may be stored.</param>
/// <param name="Readings">The records, rejections, coverage and aliases in it; read once, as a stream.</param>
public sealed record IncomingPayload(
    string Source, string Name, long Length, Func<Stream> Open, Func<Stream> OpenRedacted, IAsyncEnumerable<Reading> Readings)
{
    /// <summary>The connection it came through: that of every record that names none.</summary>
    public string Connection { get; init; } = "";

    /// <summary>Where it lies on this machine, if it does.</summary>
    public string? Path { get; init; }

    public WriteMode Mode { get; init; } = WriteMode.Upsert;

    /// <summary>What the batch holds completely, under <see cref="WriteMode.Replace"/>.</summary>
    public Partition? Partition { get; init; }

    /// <summary>The person who brings it in, where one does.</summary>
    public string? By { get; init; }

    /// <summary>Why that person does.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it is written, where it is not simply what a source has delivered: <c>replay</c>, <c>correction</c> or <c>revert</c>.</summary>
    public string? Cause { get; init; }

    /// <summary>Called now and then with the number of records read so far.</summary>
    public Action<long>? Progress { get; init; }
}
