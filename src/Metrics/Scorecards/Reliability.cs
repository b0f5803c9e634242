using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>Which KPIs the Reliability section is about.</summary>
internal static class Reliability
{
    public const string Name = "Reliability";

    /// <summary>The companion whose evidence is the incidents open at the end of a period.</summary>
    public const string OpenIncidents = "open_incidents";

    private static readonly string[] ReadingOrder =
    [
        "freshness_adherence", "pipeline_success_rate", "incident_rate", "mttr_sev1", "mttr_sev2", "postmortem_action_closure",
    ];

    /// <summary>The KPIs of the category, those of the reading order first.</summary>
    public static IEnumerable<ScorecardKpi> Of(IReadOnlyList<ScorecardKpi> kpis) =>
        kpis.Where(kpi => kpi.Definition.Category == KpiCategory.Reliability || Place(kpi) < ReadingOrder.Length)
            .OrderBy(Place);

    private static int Place(ScorecardKpi kpi)
    {
        var place = Array.IndexOf(ReadingOrder, kpi.Definition.Id);
        return place < 0 ? ReadingOrder.Length : place;
    }
}
