using System.Globalization;
using Metrics.GraphQL;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Server.Api.Reviews;
using Metrics.Server.Hosting;
using Metrics.Sync;
using Microsoft.EntityFrameworkCore;

namespace Metrics.Server.Api.Records;

/// <summary>What can be grouped by, where records come from, and anything by its node id.</summary>
[QueryType]
internal static class OverviewQueries
{
    /// <summary>What KPIs can be grouped and filtered by, with the values that there are.</summary>
    public static async Task<IReadOnlyList<DimensionInfo>> GetDimensionsAsync(Visible see, [Service] Product product, CancellationToken cancellation)
    {
        var values = (await see.DimensionValues.Select(v => new { v.Dimension, v.Value }).Distinct().ToListAsync(cancellation)).ToLookup(v => v.Dimension, v => v.Value);
        return
        [
            .. Enum.GetValues<Dimension>().Select(d => new DimensionInfo(
                d, [.. product.Library.Definitions.Where(k => k.Dimensions.Contains(d)).Select(k => k.Id)], [.. values[d].Order(StringComparer.Ordinal)])),
        ];
    }

    /// <summary>The connections to source systems; only for callers who see the whole organisation.</summary>
    [UsePaging(DefaultPageSize = 100, MaxPageSize = 1_000), UseFiltering, UseSorting]
    public static async Task<IReadOnlyList<Source>> GetSourcesAsync(
        Visible see, [Service] Product product, [Service] IReadOnlyList<ConfiguredConnection> connections, CancellationToken cancellation) =>
        see.SeesEverything ? [.. (await ConnectionHealth.LoadAsync(product, connections, cancellation)).Select(h => new Source(h))] : [];

    /// <summary>Anything by its nodeId; null where it does not exist, or no more.</summary>
    public static async Task<INode?> GetNodeAsync([ID] string id, Visible see, [Service] KpiEvaluator evaluator, CancellationToken cancellation) => NodeId.Read(id) switch
    {
        (nameof(Kpi), [var kpi]) => await KpiQueries.GetKpiAsync(kpi, evaluator, cancellation),
        (nameof(Team), [var team]) => await see.Teams.FirstOrDefaultAsync(t => t.Id == team, cancellation),
        (nameof(Dataset), [var dataset]) => await see.Datasets.FirstOrDefaultAsync(d => d.Id == dataset, cancellation),
        (nameof(IngestBatch), [var text]) when Number(text) is { } number => await see.Batches.FirstOrDefaultAsync(b => b.Number == number, cancellation),
        (nameof(Scorecard), [var text]) when Number(text) is { } number => await see.Scorecards.FirstOrDefaultAsync(s => s.Id == number, cancellation),
        (nameof(Waiver), [var text]) when Number(text) is { } number => await see.Waivers.FirstOrDefaultAsync(w => w.Id == number, cancellation),
        (nameof(ReviewAction), [var text]) when Number(text) is { } number => await see.ReviewActions.FirstOrDefaultAsync(a => a.Id == number, cancellation),
        (var kind, [var source, var connection, .. var key]) => await RecordAsync(see, kind, source, connection, key, cancellation),
        _ => null,
    };

    private static async Task<INode?> RecordAsync(
        Visible see, string kind, string source, string connection, string[] key, CancellationToken cancellation)
    {
        return (kind, key) switch
        {
            (nameof(Pipeline), [var id]) => await OneAsync(see.Pipelines.Where(p => p.Id == id)),
            (nameof(Run), [var pipeline, var run, ""]) => await OneAsync(see.Runs.Where(r => r.PipelineId == pipeline && r.RunId == run && r.Attempt == null)),
            (nameof(Run), [var pipeline, var run, var text]) when Number(text) is { } attempt =>
                await OneAsync(see.Runs.Where(r => r.PipelineId == pipeline && r.RunId == run && r.Attempt == attempt)),
            (nameof(Check), [var id]) => await OneAsync(see.Checks.Where(c => c.CheckId == id)),
            (nameof(Incident), [var id]) => await OneAsync(see.Incidents.Where(i => i.IncidentId == id)),
            (nameof(PullRequest), [var repository, var number]) => await OneAsync(see.PullRequests.Where(p => p.Repository == repository && p.Number == number)),
            (nameof(Change), [var id]) => await OneAsync(see.Changes.Where(c => c.ChangeId == id)),
            (nameof(Cost), [var id]) => await OneAsync(see.Costs.Where(c => c.CostId == id)),
            (nameof(AccessRequest), [var id]) => await OneAsync(see.AccessRequests.Where(a => a.RequestId == id)),
            (nameof(SchemaChange), [var id]) => await OneAsync(see.SchemaChanges.Where(c => c.ChangeId == id)),
            _ => null,
        };

        async Task<INode?> OneAsync<T>(IQueryable<T> rows) where T : SourceRecord, INode =>
            await rows.FirstOrDefaultAsync(r => r.SourceSystem == source && r.Connection == connection, cancellation);
    }

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
