using Metrics.Model;
using Metrics.Scorecards.Editions;
using Metrics.Server.Api.Records;
using Metrics.Server.Hosting;

namespace Metrics.Server.Api;

/// <summary>The figures of scorecards as they were published, in the form of rows of KPIs.</summary>
internal sealed class PublishedRows(ScorecardDesk desk, Visible see, Product product)
{
    /// <summary>Those that the edition has; what it was not asked when it was frozen, it does not answer.</summary>
    /// <exception cref="GraphQL.GraphQLException">There is no such edition among those that the caller sees.</exception>
    /// <exception cref="ScorecardException">It is a draft, which has no figures of its own.</exception>
    public async Task<IReadOnlyList<KpiRow>> OfAsync(
        long edition, PeriodInput period, IReadOnlyList<string>? kpis, KpiCategory? category, Grain? grain, IReadOnlyList<Dimension> by,
        KpiRowFilter? where, CancellationToken cancellation)
    {
        await see.ScorecardAsync(edition, cancellation);
        var whole = period.Resolve(product.Reporting.Calendar, product.Clock.GetUtcNow());
        var buckets = (grain is { } size ? whole.Buckets(size) : [whole]).Select(b => b.Text).ToHashSet();
        var conditions = KpiRowFilter.Conditions(where);
        var dimensions = by.Union(conditions.Keys).ToHashSet();
        return
        [
            .. (await desk.RowsAsync(edition, cancellation))
                .Where(r => buckets.Contains(r.Period.Text) && (kpis is null ? !r.Kpi.Companion : kpis.Contains(r.Kpi.Id)) && (category is null || r.Kpi.Category == category))
                .Where(r => dimensions.SetEquals(r.Group.Keys) && conditions.All(c => r.Group[c.Key] == c.Value))
                .Select(r => new KpiRow(r, product.Reporting)),
        ];
    }
}
