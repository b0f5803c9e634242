using System.Runtime.CompilerServices;
using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
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
    /// <param name="answerOfQuestion">Asks it.</param>
    /// <param name="rowsOfEdition">Opens editions.</param>
    /// <param name="answers">What this request has been answered.</param>
    /// <param name="period">Which time.</param>
    /// <param name="kpis">Ids; all that are not companions by default.</param>
    /// <param name="category">Only this category.</param>
    /// <param name="grain">Buckets of the period; the period as one by default.</param>
    /// <param name="by">What to break down by.</param>
    /// <param name="where">Only these records; all by default.</param>
    /// <param name="edition">A scorecard: its figures as they were published, instead of those of now.</param>
    [UsePaging(DefaultPageSize = 1_000, MaxPageSize = 50_000, AllowBackwardPagination = false), UseSorting, Cost(1_000)]
    public static RowReader<KpiRow> GetKpiRows(
        [Service] Product product, [Service] KpiEvaluator evaluator, IDataLoader<KpiQuestion, KpiAnswer> answerOfQuestion, IDataLoader<long, PublishedRows> rowsOfEdition,
        [Service] AnswersOfRequest answers, PeriodInput period, [ID] IReadOnlyList<string>? kpis = null, KpiCategory? category = null, Grain? grain = null,
        IReadOnlyList<Dimension>? by = null, KpiRowFilter? where = null, [ID] long? edition = null) =>
        answers.Once(
            [period.Period, period.Last, edition, .. kpis ?? [], "", category, grain, .. by ?? [], .. KpiRowFilter.Conditions(where).OrderBy(w => w.Key)],
            () =>
            {
                // A KPI that does not exist is of no other category: the evaluator says that it does not.
                var others = product.Library.Definitions.Where(d => category is not null && d.Category != category).Select(d => d.Id).ToHashSet();
                var chosen = (kpis ?? [.. product.Library.Definitions.Where(d => !d.Companion).Select(d => d.Id)]).Where(id => !others.Contains(id)).ToList();
                var request = new KpiRequest(KpiFields.Resolve(period, product))
                {
                    Kpis = edition is null ? chosen : kpis ?? [],
                    Grain = grain,
                    By = by ?? [],
                    Where = KpiRowFilter.Conditions(where),
                    Wait = product.IsTimeTravel,
                };
                return new RowReader<KpiRow>(
                    chosen.Count == 0 ? AsyncEnumerable.Empty<KpiRow>()
                    : Shown(product, edition is { } number ? PublishedAsync(rowsOfEdition, number, request, category)
                        : answers.AreStreamed ? StreamedAsync(evaluator, request)
                        : AnsweredAsync(answerOfQuestion, request)));
            });

    private static IAsyncEnumerable<KpiRow> Shown(Product product, IAsyncEnumerable<Kpis.KpiRow> rows) => rows.Select(r => new KpiRow(r, product.Reporting));

    private static async IAsyncEnumerable<Kpis.KpiRow> PublishedAsync(IDataLoader<long, PublishedRows> rowsOfEdition, long edition, KpiRequest request, KpiCategory? category)
    {
        var published = await rowsOfEdition.LoadAsync(edition) ?? throw PublishedRows.Unknown(edition);
        foreach (var row in published.Of(request, category)) yield return row;
    }

    private static async IAsyncEnumerable<Kpis.KpiRow> AnsweredAsync(IDataLoader<KpiQuestion, KpiAnswer> answerOfQuestion, KpiRequest request)
    {
        foreach (var row in await answerOfQuestion.AskAsync<IReadOnlyList<Kpis.KpiRow>>(Wanted.Rows, request)) yield return row;
    }

    private static async IAsyncEnumerable<Kpis.KpiRow> StreamedAsync(
        KpiEvaluator evaluator, KpiRequest request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var rows = evaluator.StreamAsync(request, cancellation).GetAsyncEnumerator(cancellation);
        while (await KpiQuestions.SayAsync(async () => await rows.MoveNextAsync())) yield return rows.Current;
    }
}
