using System.Collections.ObjectModel;
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

    /// <summary>How it came.</summary>
    public IngestWay Way { get; init; } = IngestWay.Import;

    /// <summary>What came with the content and is needed to read it.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>When it was written, where that is known.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>Where it lies on this machine, if it does and stays there.</summary>
    public string? Path { get; init; }

    public WriteMode Mode { get; init; } = WriteMode.Upsert;

    /// <summary>Where the source stands after it; committed with its records. Null leaves the cursor as it is.</summary>
    public string? Cursor { get; init; }

    /// <summary>Time that the source vouches for beside what the readings say; committed with the records.</summary>
    public IReadOnlyList<TimeCovered> Covered { get; init; } = [];

    /// <summary>How long after the end of what is covered the source is not yet late.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>The event's id; committed with the records, so that it is known when it comes again.</summary>
    public string? Event { get; init; }

    /// <summary>When it arrived, to the microsecond: its records count as of then. Null means now.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The landed batch that is read again; nothing is landed then.</summary>
    public long? Replays { get; init; }

    /// <summary>Makes records of all fragments of an entity that are known; needed where readings hold fragments.</summary>
    public Func<IReadOnlyList<FragmentSeen>, IEnumerable<Reading>>? Compose { get; init; }

    /// <summary>The person who brings it in, where one does.</summary>
    public string? By { get; init; }

    /// <summary>Why that person does.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it is written, where it is not simply what a source has delivered: <c>replay</c>, <c>correction</c> or <c>revert</c>.</summary>
    public string? Cause { get; init; }

    /// <summary>What the audit log says of it, in the same transaction as its records; null where nobody did anything but deliver.</summary>
    public AuditNote? Note { get; init; }

    /// <summary>The batch that it takes back; null where it takes none.</summary>
    public long? Reverts { get; init; }

    /// <summary>A batch of the program's own that brings no payload.</summary>
    internal static IncomingPayload Without(string source, string connection, string name, IngestWay way) =>
        new(source, name, 0, () => Stream.Null, () => Stream.Null, AsyncEnumerable.Empty<Reading>()) { Connection = connection, Way = way };

    /// <summary>Called now and then with the number of records read so far.</summary>
    public Action<long>? Progress { get; init; }
}

/// <summary>An entry for the audit log.</summary>
/// <param name="Action">Such as <c>catalogue.applied</c>.</param>
/// <param name="Detail">Anything that is written as a JSON object.</param>
public sealed record AuditNote(string Action, string Subject, object Detail);
