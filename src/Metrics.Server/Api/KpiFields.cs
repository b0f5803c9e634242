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
    /// <summary>The cost of running a KPI's own SELECT over a period: all KPIs once, or some of them several times, but not all several times.</summary>
    private const int Opened = 30_000;

    /// <summary>The value over a period.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="period">Which time.</param>
    /// <param name="product">The product.</param>
    /// <param name="answerOfQuestion">Asks the evaluator.</param>
    /// <param name="where">Only these records; all by default.</param>
    [Cost(100)]
    public static async Task<KpiRow> GetValueAsync(
        [Parent] Kpi kpi, PeriodInput period, [Service] Product product, IDataLoader<KpiQuestion, KpiAnswer> answerOfQuestion, KpiRowFilter? where = null) =>
        new((await answerOfQuestion.AskAsync<IReadOnlyList<Kpis.KpiRow>>(Wanted.Rows, Request(kpi, period, where, product)))[0], product.Reporting);

    /// <summary>Its values, one row per bucket and combination of dimensions.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="period">Which time.</param>
    /// <param name="product">The product.</param>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="answerOfQuestion">Asks it.</param>
    /// <param name="rowsOfEdition">Opens editions.</param>
    /// <param name="answers">What this request has been answered.</param>
    /// <param name="grain">Buckets of the period; the period as one by default.</param>
    /// <param name="by">What to break down by.</param>
    /// <param name="where">Only these records; all by default.</param>
    /// <param name="edition">A scorecard: the figures as they were published, instead of those of now.</param>
    [UsePaging(DefaultPageSize = 1_000, MaxPageSize = 50_000, AllowBackwardPagination = false), UseSorting, Cost(100)]
    public static RowReader<KpiRow> GetRows(
        [Parent] Kpi kpi, PeriodInput period, [Service] Product product, [Service] KpiEvaluator evaluator, IDataLoader<KpiQuestion, KpiAnswer> answerOfQuestion,
        IDataLoader<long, PublishedRows> rowsOfEdition, [Service] AnswersOfRequest answers, Grain? grain = null, IReadOnlyList<Dimension>? by = null,
        KpiRowFilter? where = null, [ID] long? edition = null) =>
        KpiQueries.GetKpiRows(product, evaluator, answerOfQuestion, rowsOfEdition, answers, period, [kpi.Id], null, grain, by, where, edition);

    /// <summary>The records behind the value, those left out included. The KPI's aggregation over those that count gives the value.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="period">Which time.</param>
    /// <param name="product">The product.</param>
    /// <param name="answerOfQuestion">Asks the evaluator.</param>
    /// <param name="answers">What this request has been answered.</param>
    /// <param name="where">Only these records; all by default.</param>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 5_000, AllowBackwardPagination = false), Cost(Opened)]
    public static Task<IReadOnlyList<Observation>> GetEvidenceAsync(
        [Parent] Kpi kpi, PeriodInput period, [Service] Product product, IDataLoader<KpiQuestion, KpiAnswer> answerOfQuestion, [Service] AnswersOfRequest answers,
        KpiRowFilter? where = null) =>
        answers.Once<Task<IReadOnlyList<Observation>>>(
            [kpi.Id, period.Period, period.Last, .. KpiRowFilter.Conditions(where).OrderBy(w => w.Key)],
            async () =>
            [
                .. (await answerOfQuestion.AskAsync<IReadOnlyList<Kpis.Observation>>(Wanted.Evidence, Request(kpi, period, where, product))).Select(o => new Observation(o)),
            ]);

    /// <summary>Everything that stands behind the value: sums, what was left out and why, targets, and how old the facts are.</summary>
    /// <param name="kpi">The KPI.</param>
    /// <param name="period">Which time.</param>
    /// <param name="product">The product.</param>
    /// <param name="answerOfQuestion">Asks the evaluator.</param>
    /// <param name="where">Only these records; all by default.</param>
    [Cost(Opened)]
    public static async Task<KpiExplanation> GetExplanationAsync(
        [Parent] Kpi kpi, PeriodInput period, [Service] Product product, IDataLoader<KpiQuestion, KpiAnswer> answerOfQuestion, KpiRowFilter? where = null) =>
        new(await answerOfQuestion.AskAsync<Explanation>(Wanted.Explanation, Request(kpi, period, where, product)), product.Reporting);

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

    private static KpiRequest Request(Kpi kpi, PeriodInput period, KpiRowFilter? where, Product product) =>
        new(Resolve(period, product)) { Kpis = [kpi.Id], Where = KpiRowFilter.Conditions(where), Wait = product.IsTimeTravel };
}

/// <summary>A target with its life.</summary>
/// <param name="EndedAt">Null while it is in force.</param>
public sealed record TargetHistoryEntry(
    KpiTarget Target, DateTimeOffset AppliedAt, string AppliedBy, string? Reason, DateTimeOffset? EndedAt, string? EndedBy);
