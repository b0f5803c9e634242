namespace Metrics.Storage.Ingestion;

/// <summary>How records meet those already stored under their key.</summary>
public enum WriteMode
{
    /// <summary>The higher version replaces the whole row.</summary>
    Upsert,

    /// <summary>Partial records: what is known is never overwritten by nothing.</summary>
    Merge,

    /// <summary>Records made anew of all fragments that are known: they take the place of what was made of fewer.</summary>
    Composed,
}

/// <summary>The way a payload came.</summary>
public enum IngestWay
{
    /// <summary>A file was given to the program.</summary>
    Import,

    /// <summary>An API was asked.</summary>
    Pull,

    /// <summary>It was sent to the ingest endpoint.</summary>
    Push,

    /// <summary>A listing of what exists was compared with what is stored.</summary>
    Sweep,

    /// <summary>A landed payload was read again.</summary>
    Replay,

    /// <summary>Somebody said which names mean the same.</summary>
    Identity,

    /// <summary>Somebody put fields of a record right.</summary>
    Correction,

    /// <summary>Somebody took a batch back.</summary>
    Revert,
}
