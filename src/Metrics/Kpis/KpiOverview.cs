using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>Every KPI at a glance: per tier where it is judged per tier, else as one.</summary>
public static class KpiOverview
{
    /// <param name="wait">As <see cref="KpiRequest.Wait"/>.</param>
    public static async Task<IReadOnlyList<KpiRow>> RowsAsync(
        KpiEvaluator evaluator, Period period, bool wait, CancellationToken cancellation)
    {
        var rows = new List<KpiRow>();
        var definitions = await evaluator.GovernedAsync(cancellation);
        foreach (var group in definitions.Where(d => !d.Companion).GroupBy(d => d.IsJudgedPerTier))
        {
            rows.AddRange(await evaluator.EvaluateAsync(
                new KpiRequest(period)
                {
                    Kpis = [.. group.Select(d => d.Id)],
                    By = group.Key ? [Dimension.Tier] : [],
                    Wait = wait,
                }, cancellation));
        }

        var order = definitions.Select((d, i) => (d.Id, i)).ToDictionary();
        return [.. rows.OrderBy(r => order[r.Kpi.Id])];
    }
}
