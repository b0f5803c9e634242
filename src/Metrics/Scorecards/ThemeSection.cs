using Metrics.Kpis;
using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>The pages about one theme.</summary>
/// <param name="Name">That of its category, by which it is commented on.</param>
/// <param name="Kpis">In reading order, without those that do not exist for the scope or period.</param>
/// <param name="OpenIncidents">The incidents open at the end of what is evaluated, worst and oldest first; null where the
/// product has no KPI that tells.</param>
public sealed record ThemeSection(string Name, IReadOnlyList<KpiDetail> Kpis, IReadOnlyList<OpenIncident>? OpenIncidents)
{
    /// <summary>What stands above it.</summary>
    public string Heading { get; init; } = Name;

    /// <summary>The KPIs of the theme that do not exist for the scope or period.</summary>
    public IReadOnlyList<ScorecardKpi> Undefined { get; init; } = [];

    /// <summary>Schema changes by kind; null where the theme is not about them.</summary>
    public IReadOnlyList<SchemaChangeCount>? SchemaChanges { get; init; }

    /// <summary>The last KPI that the open incidents are a companion of: they are shown after it.</summary>
    public KpiDetail? LastWithOpenIncidents =>
        Kpis.LastOrDefault(detail => detail.Kpi.Definition.Companions.Contains(Themes.OpenIncidents));
}

/// <summary>A KPI in depth.</summary>
/// <param name="Teams">Null where it has no teams.</param>
/// <param name="Datasets">Null where it has no datasets.</param>
public sealed record KpiDetail(ScorecardKpi Kpi, TeamBreakdown? Teams, DatasetRanking? Datasets)
{
    /// <summary>By what else it is known: services, units, measures, severities, stakeholders.</summary>
    public IReadOnlyList<OtherBreakdown> Others { get; init; } = [];
}

/// <summary>A KPI by another dimension.</summary>
/// <param name="Rows">Those with a value; of services those that moved most, else by name.</param>
/// <param name="Left">How many more there are.</param>
public sealed record OtherBreakdown(Dimension By, IReadOnlyList<KpiRow> Rows, int Left);

/// <summary>A KPI by team.</summary>
/// <param name="Teams">In the order of their names, records without a team last.</param>
/// <param name="Tiers">The tiers that any team has values in.</param>
/// <param name="Unattributed">The share of the records that have no team; null where not known.</param>
/// <param name="Left">How many more teams there are, none of them worse than those shown.</param>
public sealed record TeamBreakdown(IReadOnlyList<TeamFigures> Teams, IReadOnlyList<int> Tiers, double? Unattributed, int Left = 0);

/// <param name="Team">Null for records without one.</param>
/// <param name="Total">Over all its tiers.</param>
/// <param name="Tiers">By tier, where it has records.</param>
public sealed record TeamFigures(string? Team, KpiRow Total, IReadOnlyDictionary<int, KpiRow> Tiers);

/// <summary>The datasets at both ends. Only those with a value and enough observations are ranked.</summary>
/// <param name="Worst">The worst first. None of them is also among the best.</param>
/// <param name="Best">The best first; empty for counts and sums, where datasets without any record have no row.</param>
/// <param name="Count">How many datasets are ranked.</param>
/// <param name="Level">The value that all of them have, if they have the same one; then there is no best and worst.</param>
public sealed record DatasetRanking(IReadOnlyList<KpiRow> Worst, IReadOnlyList<KpiRow> Best, int Count, double? Level);

/// <summary>An incident that was not resolved at the end of what is evaluated.</summary>
/// <param name="Key">As its source names it.</param>
/// <param name="Severity">1 is the worst; null where nobody said.</param>
/// <param name="Since">When its impact began.</param>
/// <param name="Age">Until the end of what is evaluated.</param>
public sealed record OpenIncident(
    string? Key,
    string? Title,
    string? Severity,
    string? Team,
    IReadOnlyList<string> Datasets,
    DateTimeOffset Since,
    TimeSpan Age);
