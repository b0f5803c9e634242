using Metrics.Model;
using Metrics.Scorecards.Editions;

namespace Metrics.Scorecards;

/// <summary>What a scorecard says: every figure and judgement on it, before any layout. Immutable.</summary>
public sealed record Scorecard
{
    /// <summary>Whose platform it is; null where nobody said.</summary>
    public string? Organisation { get; init; }

    /// <summary>What it covers, such as <c>Whole platform</c>.</summary>
    public required string Scope { get; init; }

    public required Period Period { get; init; }

    /// <summary>The calendar that says when its days begin.</summary>
    public required ReportingCalendar Calendar { get; init; }

    /// <summary>The moment whose knowledge it shows; no later fact is in it.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The last ingest batch whose facts are in it; null where there is none.</summary>
    public long? DataCut { get; init; }

    /// <summary>The KPIs that are not companions, in the order of their definitions.</summary>
    public required IReadOnlyList<ScorecardKpi> Kpis { get; init; }

    public required Highlights Highlights { get; init; }

    /// <summary>The themes that have a section of their own.</summary>
    public required IReadOnlyList<ThemeSection> Sections { get; init; }

    /// <summary>What it lists beside its figures; null where nobody has asked for that.</summary>
    public ScorecardRecords? Records { get; init; }

    /// <summary>The edition that it is, with what is said beside the figures; null for a mere print of what is known now.</summary>
    public EditionSheet? Sheet { get; init; }

    /// <summary>Whether the period is not over: its figures are those up to <see cref="AsOf"/>.</summary>
    public bool Partial => AsOf < Calendar.StartOf(Period.End);

    /// <summary>The document's title, and its name in a list of documents.</summary>
    public string Title => $"{Name} {Period.Text}";

    /// <summary>What kind of document it is, and whose.</summary>
    public string Name => $"{(Organisation is null ? "Data" : $"{Organisation} data")} platform scorecard";
}
