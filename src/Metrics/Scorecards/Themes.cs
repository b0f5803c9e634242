using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>The themes of a scorecard: one for each category of KPIs, each with what belongs to it beside them.</summary>
internal static class Themes
{
    /// <summary>The companion whose evidence is the incidents open at the end of a period.</summary>
    public const string OpenIncidents = "open_incidents";

    /// <summary>What KPIs are broken down by beside tiers, teams and datasets.</summary>
    public static IReadOnlyList<Dimension> OtherDimensions { get; } =
        [Dimension.Service, Dimension.Unit, Dimension.Measure, Dimension.StakeholderGroup];

    private static readonly string[] ReadingOrder =
    [
        "freshness_adherence", "pipeline_success_rate", "incident_rate", "mttr_sev1", "mttr_sev2", "data_downtime", "postmortem_action_closure",
        "postmortem_completion",
    ];

    /// <summary>As a heading says it.</summary>
    public static string Heading(KpiCategory category) => category == KpiCategory.People ? "People and stakeholders" : category.ToString();

    /// <summary>The KPIs of a category, those of the reading order first.</summary>
    public static IEnumerable<ScorecardKpi> Of(KpiCategory category, IReadOnlyList<ScorecardKpi> kpis) =>
        kpis.Where(kpi => kpi.Definition.Category == category).OrderBy(Place);

    private static int Place(ScorecardKpi kpi)
    {
        var place = Array.IndexOf(ReadingOrder, kpi.Definition.Id);
        return place < 0 ? ReadingOrder.Length : place;
    }
}
