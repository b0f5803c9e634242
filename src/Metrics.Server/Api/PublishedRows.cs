using Metrics.GraphQL;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards.Editions;
using Metrics.Server.Api.Records;

namespace Metrics.Server.Api;

/// <summary>The figures of a scorecard as they were published, in the form of rows of KPIs.</summary>
internal sealed class PublishedRows(IReadOnlyList<Kpis.KpiRow> rows)
{
    /// <summary>Those of the editions that the caller sees.</summary>
    /// <exception cref="ScorecardException">One is a draft, which has no figures of its own.</exception>
    [DataLoader]
    public static async Task<IReadOnlyDictionary<long, PublishedRows>> GetRowsOfEditionAsync(
        IReadOnlyList<long> editions, Visible see, ScorecardDesk desk, CancellationToken cancellation)
    {
        var found = new Dictionary<long, PublishedRows>();
        foreach (var edition in await see.KnownAsync(editions, cancellation)) found[edition] = new PublishedRows(await desk.RowsAsync(edition, cancellation));
        return found;
    }

    /// <summary>Those that answer a request; what the edition was not asked when it was frozen, it does not answer.</summary>
    public IEnumerable<Kpis.KpiRow> Of(KpiRequest request, KpiCategory? category)
    {
        var buckets = (request.Grain is { } size ? request.Period.Buckets(size) : [request.Period]).Select(b => b.Text).ToHashSet();
        var dimensions = request.By.Union(request.Where.Keys).ToHashSet();
        return rows
            .Where(r => buckets.Contains(r.Period.Text) && (request.Kpis.Count == 0 ? !r.Kpi.Companion : request.Kpis.Contains(r.Kpi.Id)) && (category is null || r.Kpi.Category == category))
            .Where(r => dimensions.SetEquals(r.Group.Keys) && request.Where.All(c => r.Group[c.Key] == c.Value));
    }

    public static GraphQLException Unknown(long edition) =>
        new(FormattableString.Invariant($"There is no scorecard {edition}; \"scorecards\" lists them."), ErrorCodes.BadInput);
}
