using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>A scorecard of a scope and period: one of the editions it has had, without its figures.</summary>
public sealed record ScorecardEdition
{
    /// <summary>Unique among all editions, and printed on the document.</summary>
    public required long Edition { get; init; }

    public required ScorecardScope Scope { get; init; }

    public required Period Period { get; init; }

    /// <summary>1 for the first edition of the scope and period.</summary>
    public required int Number { get; init; }

    public required EditionState State { get; init; }

    /// <summary>The moment whose knowledge it shows; null for a draft, whose figures are those of now.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>The transactions whose batches are in its figures, as PostgreSQL writes a <c>pg_snapshot</c>; null for a
    /// draft.</summary>
    public string? Cut { get; init; }

    /// <summary>The last ingest batch in its figures; null for a draft, or where nothing had been loaded.</summary>
    public long? CutBatch { get; init; }

    public required string PreparedBy { get; init; }

    public required DateTimeOffset PreparedAt { get; init; }

    /// <summary>Null until published.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>Null until published.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>The edition that this one takes the place of, once published; null for a first edition.</summary>
    public long? Supersedes { get; init; }

    /// <summary>Why there is an edition after the first; null for a first edition.</summary>
    public string? Reason { get; init; }

    /// <summary>How the document was printed; null until then, and for documents that were published before this was kept.</summary>
    public ScorecardStyle? Style { get; init; }

    /// <summary>The document exactly as published; null until then, and where it was not asked for.</summary>
    public byte[]? Pdf { get; init; }

    /// <summary>The SHA-256 of the document in lower-case hexadecimal; null until published.</summary>
    public string? PdfSha256 { get; init; }
}

/// <summary>How far a scorecard has come.</summary>
public enum EditionState
{
    /// <summary>Figures are those of now, and anybody may comment.</summary>
    Draft,

    /// <summary>Figures are frozen at a data cut; comments are open.</summary>
    InReview,

    /// <summary>Signed off, immutable and in force.</summary>
    Published,

    /// <summary>Was published; a later edition is in force. Still immutable.</summary>
    Superseded,
}

/// <summary>How states are said.</summary>
public static class EditionStates
{
    extension(EditionState state)
    {
        /// <summary>In words, in lower case: <c>in review</c>.</summary>
        public string Word => state switch
        {
            EditionState.Draft => "draft",
            EditionState.InReview => "in review",
            EditionState.Published => "published",
            EditionState.Superseded => "superseded",
        };

        /// <summary>Whether it can never change again.</summary>
        public bool IsFinal => state is EditionState.Published or EditionState.Superseded;
    }
}
