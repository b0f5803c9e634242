using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>The verdicts of all KPIs in one sentence, and counted.</summary>
internal static class Headline
{
    private static readonly KpiStatus[] BestFirst =
    [
        KpiStatus.Exceeded, KpiStatus.Met, KpiStatus.AtRisk, KpiStatus.Missed,
        KpiStatus.Improved, KpiStatus.Steady, KpiStatus.Worsened,
        KpiStatus.InsufficientData, KpiStatus.NoData, KpiStatus.NoTarget, KpiStatus.NotDefined,
    ];

    public static IReadOnlyList<StatusCount> Count(IReadOnlyList<ScorecardKpi> kpis)
    {
        var byStatus = kpis.ToLookup(kpi => kpi.Status);
        return
        [
            .. BestFirst.Where(byStatus.Contains).Select(status => new StatusCount(status, [.. byStatus[status]])),
        ];
    }

    /// <summary>Of the KPIs that have a target and exist for the period, how many meet it. One that cannot be judged counts as
    /// not meeting it: unknown is never green.</summary>
    public static string Of(IReadOnlyList<ScorecardKpi> kpis, Period period)
    {
        var judged = kpis.Where(kpi => kpi.HasTarget && kpi.Status != KpiStatus.NotDefined).ToList();
        var known = judged.Count(kpi => kpi.Status is not (KpiStatus.NoData or KpiStatus.InsufficientData));
        if (judged.Count == 0) return $"No KPI has a target in {period.Text}.";
        if (known == 0) return $"No KPI could be judged in {period.Text}: there are no data, or too few.";

        var met = Number(KpiStatus.Met) + Number(KpiStatus.Exceeded);
        var rest = new[]
        {
            Part(KpiStatus.AtRisk, "at risk", "at risk"),
            Part(KpiStatus.Missed, "missed", "missed"),
            Part(KpiStatus.InsufficientData, "has too few data", "have too few data"),
            Part(KpiStatus.NoData, "has no data", "have no data"),
        }.OfType<string>().ToList();

        var meet = met == judged.Count && met > 1 ? $"All {met} KPIs meet their target"
            : met == 0 ? $"None of {Kpis(judged.Count)} meets its target"
            : $"{met} of {Kpis(judged.Count)} {(met == 1 ? "meets its" : "meet their")} target";
        return rest.Count == 0 ? $"{meet}." : $"{meet}; {string.Join(", ", rest)}.";

        int Number(KpiStatus status) => judged.Count(kpi => kpi.Status == status);

        string? Part(KpiStatus status, string one, string many) => Number(status) switch
        {
            0 => null,
            1 => $"1 {one}",
            var number => $"{number} {many}",
        };
    }

    private static string Kpis(int number) => number == 1 ? "1 KPI" : $"{number} KPIs";
}
