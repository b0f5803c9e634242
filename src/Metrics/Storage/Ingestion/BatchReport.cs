namespace Metrics.Storage.Ingestion;

/// <summary>What a batch did.</summary>
/// <param name="Batch">Its number: the lineage of every row it wrote.</param>
/// <param name="Name">The payload it came from.</param>
public sealed record BatchReport(long Batch, string Name)
{
    /// <summary>Rows by fact.</summary>
    public IReadOnlyDictionary<string, RowCounts> Facts { get; init; } = new Dictionary<string, RowCounts>();

    /// <summary>Records that could not be read; they are in <c>ingest.rejected</c>. At most a hundred are repeated here.</summary>
    public IReadOnlyList<Model.Facts.RecordRejected> Rejections { get; init; } = [];

    /// <summary>All that were rejected.</summary>
    public long Rejected { get; init; }

    /// <summary>What the source says of the payload as a whole.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    public long New => Facts.Values.Sum(f => f.New);
    public long Changed => Facts.Values.Sum(f => f.Changed);
    public long Same => Facts.Values.Sum(f => f.Same);
}

/// <summary>Distinct keys of a batch: not seen before, different from what was stored, or the same.</summary>
public readonly record struct RowCounts(long New, long Changed, long Same);
