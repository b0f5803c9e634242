using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>What is judged otherwise than in the period before.</summary>
internal static class StatusChanges
{
    /// <summary>Worse first, then better, then unclear; within each in the order of the KPIs. A KPI without a target, judged by
    /// its trend, is listed where it improved or worsened.</summary>
    public static IReadOnlyList<StatusChange> Of(IReadOnlyList<ScorecardKpi> kpis) =>
    [
        .. kpis.SelectMany(kpi => kpi.Judged.Select(figure => Of(kpi, figure)))
            .OfType<StatusChange>()
            .OrderBy(change => change.Kind),
    ];

    private static StatusChange? Of(ScorecardKpi kpi, Figure figure)
    {
        var now = figure.Row.Status;
        if (now == KpiStatus.Improved) return new StatusChange(kpi, figure, now, now, ChangeKind.Better);
        if (now == KpiStatus.Worsened) return new StatusChange(kpi, figure, now, now, ChangeKind.Worse);
        if (figure.PreviousStatus is not { } before || before == now || !(IsVerdict(before) || IsVerdict(now))) return null;

        var kind = !IsVerdict(before) || !IsVerdict(now) ? ChangeKind.Unclear
            : KpiStatuses.Worst([before, now]) == now ? ChangeKind.Worse
            : ChangeKind.Better;
        return new StatusChange(kpi, figure, before, now, kind);
    }

    private static bool IsVerdict(KpiStatus status) =>
        status is KpiStatus.Exceeded or KpiStatus.Met or KpiStatus.AtRisk or KpiStatus.Missed;
}
