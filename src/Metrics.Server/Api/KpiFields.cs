using Metrics.GraphQL;
using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Kpis.Targets;
using Metrics.Server.Hosting;

namespace Metrics.Server.Api;

/// <summary>What a KPI leads to: its value, the records behind it, its history.</summary>
[ExtendObjectType<Kpi>]
public static class KpiFields
{
    /// <summary>The value over a period.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="period">Which time.</param>
    /// <param name="product">The product.</param>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="where">Only these records; all by default.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static async Task<KpiRow> GetValueAsync(
        [Parent] Kpi kpi, PeriodInput period, [Service] Product product, [Service] KpiEvaluator evaluator, KpiRowFilter? where = null, CancellationToken cancellation = default) =>
        new(
            (await Answer(() => evaluator.EvaluateAsync(
                new KpiRequest(Resolve(period, product)) { Kpis = [kpi.Id], Where = KpiRowFilter.Conditions(where), Wait = false }, cancellation)))[0],
            product.Reporting);

    /// <summary>The records behind the value, those left out included. The KPI's aggregation over those that count gives the value.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="period">Which time.</param>
    /// <param name="product">The product.</param>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="where">Only these records; all by default.</param>
    /// <param name="cancellation">Ends the work.</param>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000, AllowBackwardPagination = false)]
    public static async Task<IReadOnlyList<Observation>> GetEvidenceAsync(
        [Parent] Kpi kpi, PeriodInput period, [Service] Product product, [Service] KpiEvaluator evaluator, KpiRowFilter? where = null, CancellationToken cancellation = default) =>
        [.. (await Answer(() => evaluator.EvidenceAsync(kpi.Id, Resolve(period, product), KpiRowFilter.Conditions(where), cancellation)))
            .Select(o => new Observation(o))];

    /// <summary>Everything that stands behind the value: sums, what was left out and why, targets, and how old the facts are.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="period">Which time.</param>
    /// <param name="product">The product.</param>
    /// <param name="explainer">The explainer.</param>
    /// <param name="where">Only these records; all by default.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static async Task<KpiExplanation> GetExplanationAsync(
        [Parent] Kpi kpi, PeriodInput period, [Service] Product product, [Service] KpiExplainer explainer, KpiRowFilter? where = null, CancellationToken cancellation = default) =>
        new(
            await Answer(() => explainer.ExplainAsync(kpi.Id, Resolve(period, product), KpiRowFilter.Conditions(where), cancellation)),
            product.Reporting);

    /// <summary>The versions of the definition that have computed values here, latest first.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="product">The product.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static Task<IReadOnlyList<DefinitionVersion>> GetHistoryAsync([Parent] Kpi kpi, [Service] Product product, CancellationToken cancellation) =>
        new DefinitionHistory(product.Database).OfAsync(kpi.Id, cancellation);

    /// <summary>Every target that the organisation ever set, by whom and why; latest first.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="product">The product.</param>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static async Task<IReadOnlyList<TargetHistoryEntry>> GetTargetHistoryAsync(
        [Parent] Kpi kpi, [Service] Product product, [Service] KpiEvaluator evaluator, CancellationToken cancellation) =>
        [.. (await evaluator.SeenAsync(
                await new TargetStore(product.Database, product.Clock).HistoryAsync(kpi.Id, cancellation),
                r => r.Setting.ToTarget(product.Reporting.Calendar), cancellation))
            .Select(r => new TargetHistoryEntry(new KpiTarget(r.Setting.ToTarget(product.Reporting.Calendar)), r.AppliedAt, r.AppliedBy, r.Reason, r.EndedAt, r.EndedBy))];

    private static Model.Period Resolve(PeriodInput period, Product product) =>
        period.Resolve(product.Reporting.Calendar, product.Clock.GetUtcNow());

    /// <summary>What cannot be asked is the caller's mistake, said in the evaluator's words.</summary>
    internal static async Task<T> Answer<T>(Func<Task<T>> question)
    {
        try
        {
            return await question();
        }
        catch (KpiException wrong)
        {
            throw new GraphQLException(wrong.Message, ErrorCodes.BadInput);
        }
    }
}

/// <summary>A target with its life.</summary>
/// <param name="EndedAt">Null while it is in force.</param>
public sealed record TargetHistoryEntry(
    KpiTarget Target, DateTimeOffset AppliedAt, string AppliedBy, string? Reason, DateTimeOffset? EndedAt, string? EndedBy);
