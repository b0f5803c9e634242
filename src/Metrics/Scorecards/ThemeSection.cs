using Metrics.Kpis;

namespace Metrics.Scorecards;

/// <summary>The pages about one theme.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Kpis">In reading order.</param>
/// <param name="OpenIncidents">The incidents open at the end of what is evaluated, worst and oldest first; null where the
/// product has no KPI that tells.</param>
public sealed record ThemeSection(string Name, IReadOnlyList<KpiDetail> Kpis, IReadOnlyList<OpenIncident>? OpenIncidents)
{
    /// <summary>The last KPI that the open incidents are a companion of: they are shown after it.</summary>
    public KpiDetail? LastWithOpenIncidents =>
        Kpis.LastOrDefault(detail => detail.Kpi.Definition.Companions.Contains(Reliability.OpenIncidents));
}

/// <summary>A KPI in depth.</summary>
/// <param name="Teams">Null where it has no teams.</param>
/// <param name="Datasets">Null where it has no datasets.</param>
public sealed record KpiDetail(ScorecardKpi Kpi, TeamBreakdown? Teams, DatasetRanking? Datasets);

/// <summary>A KPI by team.</summary>
/// <param name="Teams">In the order of their names, records without a team last.</param>
/// <param name="Tiers">The tiers that any team has values in.</param>
/// <param name="Unattributed">The share of the records that have no team; null where not known.</param>
public sealed record TeamBreakdown(IReadOnlyList<TeamFigures> Teams, IReadOnlyList<int> Tiers, double? Unattributed);

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
