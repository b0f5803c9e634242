using System.Runtime.CompilerServices;
using Metrics.GraphQL;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Server.Hosting;

namespace Metrics.Server.Api;

/// <summary>KPIs: their definitions, and their values as flat rows.</summary>
[QueryType]
internal static class KpiQueries
{
    /// <summary>Every KPI, in order of category and name.</summary>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="category">Only this category.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static async Task<IReadOnlyList<Kpi>> GetKpisAsync(
        [Service] KpiEvaluator evaluator, KpiCategory? category = null, CancellationToken cancellation = default) =>
        [.. (await evaluator.GovernedAsync(cancellation)).Where(d => category is null || d.Category == category).Select(d => new Kpi(d))];

    /// <summary>One KPI; null where there is none of that id.</summary>
    /// <param name="id">Such as freshness_adherence.</param>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static async Task<Kpi?> GetKpiAsync([ID] string id, [Service] KpiEvaluator evaluator, CancellationToken cancellation) =>
        (await GetKpisAsync(evaluator, cancellation: cancellation)).FirstOrDefault(k => k.Id == id);

    /// <summary>One row per KPI, bucket and combination of dimensions. The query for BI tools.</summary>
    /// <param name="product">The product.</param>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="period">Which time.</param>
    /// <param name="kpis">Ids; all that are not companions by default.</param>
    /// <param name="category">Only this category.</param>
    /// <param name="grain">Buckets of the period; the period as one by default.</param>
    /// <param name="by">What to break down by.</param>
    /// <param name="where">Only these records; all by default.</param>
    /// <param name="edition">A scorecard: its figures as they were published, instead of those of now.</param>
    /// <param name="published">Opens editions.</param>
    /// <param name="answers">What this request has been answered.</param>
    [UsePaging(DefaultPageSize = 1_000, MaxPageSize = 50_000, AllowBackwardPagination = false), UseSorting]
    public static RowReader<KpiRow> GetKpiRows(
        [Service] Product product, [Service] KpiEvaluator evaluator, PublishedRows published, [Service] AnswersOfRequest answers, PeriodInput period,
        [ID] IReadOnlyList<string>? kpis = null, KpiCategory? category = null, Grain? grain = null, IReadOnlyList<Dimension>? by = null, KpiRowFilter? where = null, [ID] long? edition = null) =>
        answers.Once(
            [period.Period, period.Last, edition, .. kpis ?? [], "", category, grain, .. by ?? [], .. KpiRowFilter.Conditions(where).OrderBy(w => w.Key)],
            () => new RowReader<KpiRow>(edition is { } number
                ? PublishedAsync(cancellation => published.OfAsync(number, period, kpis, category, grain, by ?? [], where, cancellation))
                : KpiFields.Answer(RowsAsync(product, evaluator, period, kpis, category, grain, by ?? [], where))));

    private static async IAsyncEnumerable<KpiRow> PublishedAsync(
        Func<CancellationToken, Task<IReadOnlyList<KpiRow>>> figures, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var row in await figures(cancellation)) yield return row;
    }

    private static async IAsyncEnumerable<KpiRow> RowsAsync(
        Product product, KpiEvaluator evaluator, PeriodInput period, IReadOnlyList<string>? kpis, KpiCategory? category, Grain? grain,
        IReadOnlyList<Dimension> by, KpiRowFilter? where, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var chosen = kpis ?? [.. product.Library.Definitions.Where(d => !d.Companion).Select(d => d.Id)];
        if (category is not null) chosen = [.. chosen.Where(id => product.Library[id].Category == category)];
        if (chosen.Count == 0) yield break;
        var request = new KpiRequest(period.Resolve(product.Reporting.Calendar, product.Clock.GetUtcNow()))
        {
            Kpis = chosen,
            Grain = grain,
            By = by,
            Where = KpiRowFilter.Conditions(where),
            Wait = false,
        };
        await foreach (var row in evaluator.StreamAsync(request, cancellation)) yield return new KpiRow(row, product.Reporting);
    }
}
