using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>The largest changes of value since the period before, across KPIs of different units.</summary>
/// <remarks>
/// A move is measured in tolerances: the KPI's own measure of what matters. A success rate that falls by 2 points with a
/// tolerance of 1 point moved as far as a time to restore that grows by 20 % with a tolerance of 10 %. A relative tolerance is
/// taken of the target, else of the value before; a KPI without a tolerance counts a tenth of the value before as one.
/// </remarks>
internal static class Moves
{
    private const int Shown = 5;

    /// <summary>In tolerances; less is noise and no move.</summary>
    private const double Smallest = 0.25;

    private const decimal UsualShare = 0.1m;

    public static IReadOnlyList<Move> Better(IReadOnlyList<ScorecardKpi> kpis) =>
        [.. All(kpis).Where(move => move.Size >= Smallest).OrderByDescending(move => move.Size).Take(Shown)];

    public static IReadOnlyList<Move> Worse(IReadOnlyList<ScorecardKpi> kpis) =>
        [.. All(kpis).Where(move => move.Size <= -Smallest).OrderBy(move => move.Size).Take(Shown)];

    private static IEnumerable<Move> All(IReadOnlyList<ScorecardKpi> kpis) =>
        from kpi in kpis
        where kpi.Status != KpiStatus.NotDefined
        from figure in kpi.Judged
        let size = Size(kpi, figure)
        where size is not null
        select new Move(kpi, figure, size.Value);

    private static double? Size(ScorecardKpi kpi, Figure figure)
    {
        var row = figure.Row;
        if (row.Value is not { } value || row.Previous is not { } previous
            || row.Status is KpiStatus.InsufficientData or KpiStatus.NoData)
        {
            return null;
        }

        var before = Exact.Of(previous);
        var change = Exact.Of(value) - before;
        var better = kpi.Definition.Better == Direction.Higher ? change : -change;
        var tolerance = Tolerance(kpi.Definition, row.Target, before);
        return tolerance == 0 ? null : (double)(better / tolerance);
    }

    private static decimal Tolerance(KpiDefinition kpi, Target? target, decimal before)
    {
        // The target of a KPI judged on its change is a share of change, and so is its tolerance.
        var tolerance = kpi.JudgedOn == JudgedOn.ChangeFromYearAgo ? Math.Abs(before) * kpi.Tolerance.Amount
            : target is not null ? target.Tolerance.Around(target.Value.Value)
            : kpi.Tolerance.Around(before);
        return tolerance > 0 ? tolerance : Math.Abs(before) * UsualShare;
    }
}
