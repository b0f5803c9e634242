using Metrics.GraphQL;
using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Kpis.Targets;
using Metrics.Server.Hosting;

namespace Metrics.Server.Api;

/// <summary>What is asked of many KPIs at once.</summary>
internal static class KpiLoaders
{
    [DataLoader]
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<DefinitionVersion>>> GetDefinitionsByKpiAsync(
        IReadOnlyList<string> kpis, Product product, CancellationToken cancellation) =>
        ByKpi(await new DefinitionHistory(product.Database).OfAsync(kpis is [var one] ? one : null, cancellation), d => d.Kpi, d => d);

    [DataLoader]
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<TargetHistoryEntry>>> GetTargetsByKpiAsync(
        IReadOnlyList<string> kpis, Product product, KpiEvaluator evaluator, CancellationToken cancellation) =>
        ByKpi(
            await evaluator.SeenAsync(
                await new TargetStore(product.Database, product.Clock).HistoryAsync(kpis is [var one] ? one : null, cancellation),
                r => r.Setting.ToTarget(product.Reporting.Calendar), cancellation),
            r => r.Setting.Kpi,
            r => new TargetHistoryEntry(new KpiTarget(r.Setting.ToTarget(product.Reporting.Calendar)), r.AppliedAt, r.AppliedBy, r.Reason, r.EndedAt, r.EndedBy));

    private static Dictionary<string, IReadOnlyList<TValue>> ByKpi<T, TValue>(IReadOnlyList<T> rows, Func<T, string> kpi, Func<T, TValue> value) =>
        rows.GroupBy(kpi).ToDictionary(g => g.Key, g => (IReadOnlyList<TValue>)[.. g.Select(value)]);
}
