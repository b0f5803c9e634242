using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>One value under the definition in force and under another.</summary>
/// <param name="InForce">Null where the definition in force has no such group.</param>
/// <param name="Candidate">Null where the other definition has no such group.</param>
public sealed record BacktestRow(Period Period, int? Tier, bool IsTotal, KpiRow? InForce, KpiRow? Candidate)
{
    /// <summary>The other value less the one in force; null where either is not known.</summary>
    public double? Difference => Candidate?.Value - InForce?.Value;
}

/// <summary>A definition tried on past quarters before it is adopted: both values side by side, from the same facts.</summary>
public static class Backtest
{
    /// <summary>How many quarters are looked at.</summary>
    public const int Quarters = 8;

    /// <summary>The quarters up to and including one, oldest first: the total, and the tiers where either definition has them.</summary>
    /// <param name="inForce">With the definition in force.</param>
    /// <param name="candidate">With the other definition of the same id.</param>
    /// <exception cref="KpiException">The candidate's SELECT fails.</exception>
    public static async Task<IReadOnlyList<BacktestRow>> RunAsync(
        KpiEvaluator inForce, KpiEvaluator candidate, string kpi, Period last, CancellationToken cancellation = default)
    {
        var quarters = new List<Period> { last };
        while (quarters.Count < Quarters) quarters.Insert(0, quarters[0].Previous);
        var span = Period.Between(quarters[0].Start, last.End, inForce.Calendar);
        var before = await RowsAsync(inForce, kpi, span, cancellation);
        var after = await RowsAsync(candidate, kpi, span, cancellation);
        return
        [
            .. before.Keys.Union(after.Keys)
                .OrderBy(k => k.Start).ThenByDescending(k => k.IsTotal).ThenBy(k => k.Tier ?? int.MaxValue)
                .Select(k => new BacktestRow(
                    quarters.Find(q => q.Start == k.Start)!, k.Tier, k.IsTotal, before.GetValueOrDefault(k), after.GetValueOrDefault(k))),
        ];
    }

    private static async Task<Dictionary<(DateOnly Start, bool IsTotal, int? Tier), KpiRow>> RowsAsync(
        KpiEvaluator evaluator, string kpi, Period span, CancellationToken cancellation)
    {
        var definition = evaluator.Definitions.First(d => d.Id == kpi);
        var request = new KpiRequest(span) { Kpis = [kpi], Grain = Grain.Quarter };
        var rows = (await evaluator.EvaluateAsync(request, cancellation)).ToList();
        if (definition.Dimensions.Contains(Dimension.Tier))
            rows.AddRange(await evaluator.EvaluateAsync(request with { By = [Dimension.Tier] }, cancellation));
        return rows.ToDictionary(r => (r.Period.Start, r.Group.Count == 0, r.Tier));
    }
}
