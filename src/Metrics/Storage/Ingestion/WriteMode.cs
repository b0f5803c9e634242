namespace Metrics.Storage.Ingestion;

/// <summary>How records meet those already stored under their key.</summary>
public enum WriteMode
{
    /// <summary>The higher version replaces the whole row.</summary>
    Upsert,

    /// <summary>Partial records: what is known is never overwritten by nothing.</summary>
    Merge,

    /// <summary>The batch is all there is of a partition: rows of it that the batch lacks become tombstones.</summary>
    Replace,

    /// <summary>Records made anew of all fragments that are known: they take the place of what was made of fewer.</summary>
    Composed,
}

/// <summary>The part of a fact that a <see cref="WriteMode.Replace"/> batch holds completely.</summary>
/// <param name="Fact">The fact's singular name.</param>
/// <param name="Column">A column of moments that says whether a row belongs to the partition.</param>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
public sealed record Partition(string Fact, string Source, string Connection, string Column, DateTimeOffset From, DateTimeOffset To);
