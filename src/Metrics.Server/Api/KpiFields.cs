using System.Runtime.CompilerServices;
using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Server.Hosting;

namespace Metrics.Server.Api;

/// <summary>What a KPI leads to: its value, the records behind it, its history.</summary>
[ExtendObjectType<Kpi>]
internal static class KpiFields
{
    /// <summary>The value over a period.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="period">Which time.</param>
    /// <param name="valueOfKpi">Evaluates many at once.</param>
    /// <param name="where">Only these records; all by default.</param>
    public static async Task<KpiRow> GetValueAsync(
        [Parent] Kpi kpi, PeriodInput period, IDataLoader<KpiQuestion, KpiRow> valueOfKpi, KpiRowFilter? where = null) =>
        (await valueOfKpi.LoadAsync(new KpiQuestion(kpi.Id, period, where)))!;

    /// <summary>Its values, one row per bucket and combination of dimensions.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="period">Which time.</param>
    /// <param name="product">The product.</param>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="published">Opens editions.</param>
    /// <param name="answers">What this request has been answered.</param>
    /// <param name="grain">Buckets of the period; the period as one by default.</param>
    /// <param name="by">What to break down by.</param>
    /// <param name="where">Only these records; all by default.</param>
    /// <param name="edition">A scorecard: the figures as they were published, instead of those of now.</param>
    [UsePaging(DefaultPageSize = 1_000, MaxPageSize = 50_000, AllowBackwardPagination = false), UseSorting]
    public static RowReader<KpiRow> GetRows(
        [Parent] Kpi kpi, PeriodInput period, [Service] Product product, [Service] KpiEvaluator evaluator, PublishedRows published, [Service] AnswersOfRequest answers, Grain? grain = null,
        IReadOnlyList<Dimension>? by = null, KpiRowFilter? where = null, [ID] long? edition = null) =>
        KpiQueries.GetKpiRows(product, evaluator, published, answers, period, [kpi.Id], null, grain, by, where, edition);

    /// <summary>The records behind the value, those left out included. The KPI's aggregation over those that count gives the value.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="period">Which time.</param>
    /// <param name="product">The product.</param>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="answers">What this request has been answered.</param>
    /// <param name="where">Only these records; all by default.</param>
    /// <param name="cancellation">Ends the work.</param>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000, AllowBackwardPagination = false)]
    public static Task<IReadOnlyList<Observation>> GetEvidenceAsync(
        [Parent] Kpi kpi, PeriodInput period, [Service] Product product, [Service] KpiEvaluator evaluator, [Service] AnswersOfRequest answers,
        KpiRowFilter? where = null, CancellationToken cancellation = default) =>
        answers.Once<Task<IReadOnlyList<Observation>>>(
            [kpi.Id, period.Period, period.Last, .. KpiRowFilter.Conditions(where).OrderBy(w => w.Key)],
            async () =>
            [
                .. (await Answer(() => evaluator.EvidenceAsync(kpi.Id, Resolve(period, product), KpiRowFilter.Conditions(where), cancellation)))
                    .Select(o => new Observation(o)),
            ]);

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
    /// <param name="definitionsByKpi">Loads those of many.</param>
    public static async Task<IReadOnlyList<DefinitionVersion>> GetHistoryAsync(
        [Parent] Kpi kpi, IDataLoader<string, IReadOnlyList<DefinitionVersion>> definitionsByKpi) => await definitionsByKpi.LoadAsync(kpi.Id) ?? [];

    /// <summary>Every target that the organisation ever set, by whom and why; latest first.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="targetsByKpi">Loads those of many.</param>
    public static async Task<IReadOnlyList<TargetHistoryEntry>> GetTargetHistoryAsync(
        [Parent] Kpi kpi, IDataLoader<string, IReadOnlyList<TargetHistoryEntry>> targetsByKpi) => await targetsByKpi.LoadAsync(kpi.Id) ?? [];

    internal static Model.Period Resolve(PeriodInput period, Product product) =>
        period.Resolve(product.Reporting.Calendar, product.Clock.GetUtcNow());

    /// <summary>Likewise, of rows that are made one after another.</summary>
    internal static async IAsyncEnumerable<T> Answer<T>(IAsyncEnumerable<T> rows, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var row = rows.GetAsyncEnumerator(cancellation);
        while (await Answer(() => row.MoveNextAsync().AsTask())) yield return row.Current;
    }

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
