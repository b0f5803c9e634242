using Metrics.GraphQL;
using Metrics.GraphQL.Execution;

namespace Metrics.Server.Api.Records;

/// <summary>What a dataset leads to.</summary>
[ExtendObjectType<Dataset>]
public static class DatasetRelations
{
    /// <summary>The runs that tried to load it: those that are not done with it first, then the last ones.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public static async Task<Connection<Run>> GetRunsAsync([Parent] Dataset dataset, PagingArguments page, ResolverContext context) =>
        (await context.PageEachAsync<string, DatasetRun>(page, dataset.Id, (see, ids) =>
            (see.Each(ids), id => see.DatasetRuns.Where(r => r.DatasetId == id && id != "")))).As<DatasetRun, Run>();

    /// <summary>The pipelines that load it, unless a run says otherwise.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public static Task<Connection<Pipeline>> GetPipelinesAsync([Parent] Dataset dataset, PagingArguments page, ResolverContext context) =>
        context.PageAsync(page, dataset.Id, (see, ids) => see.Pipelines.SelectMany(
            p => p.DatasetIds.Where(d => ids.Contains(d)), (p, d) => new Related<string, Pipeline> { Key = d, Row = p }));

    /// <summary>The checks on it.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public static Task<Connection<Check>> GetChecksAsync([Parent] Dataset dataset, PagingArguments page, ResolverContext context) =>
        context.PageAsync(page, dataset.Id, (see, ids) =>
            see.Checks.Where(c => ids.Contains(c.DatasetId!)).Select(c => new Related<string, Check> { Key = c.DatasetId!, Row = c }));

    /// <summary>The incidents that concern it, latest first.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public static Task<Connection<Incident>> GetIncidentsAsync([Parent] Dataset dataset, PagingArguments page, ResolverContext context) =>
        context.PageAsync(page, dataset.Id, (see, ids) => see.Incidents.SelectMany(
            i => i.DatasetIds.Where(d => ids.Contains(d)), (i, d) => new Related<string, Incident> { Key = d, Row = i }));

    /// <summary>The changes deployed to it, latest first.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public static Task<Connection<Change>> GetChangesAsync([Parent] Dataset dataset, PagingArguments page, ResolverContext context) =>
        context.PageAsync(page, dataset.Id, (see, ids) => see.Changes.SelectMany(
            c => c.DatasetIds.Where(d => ids.Contains(d)), (c, d) => new Related<string, Change> { Key = d, Row = c }));

    /// <summary>The changes of its schema, latest first.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public static Task<Connection<SchemaChange>> GetSchemaChangesAsync([Parent] Dataset dataset, PagingArguments page, ResolverContext context) =>
        context.PageAsync(page, dataset.Id, (see, ids) =>
            see.SchemaChanges.Where(c => ids.Contains(c.DatasetId!)).Select(c => new Related<string, SchemaChange> { Key = c.DatasetId!, Row = c }));

    /// <summary>What it costs, latest charge first.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public static Task<Connection<Cost>> GetCostsAsync([Parent] Dataset dataset, PagingArguments page, ResolverContext context) =>
        context.PageAsync(page, dataset.Id, (see, ids) =>
            see.Costs.Where(c => ids.Contains(c.DatasetId!)).Select(c => new Related<string, Cost> { Key = c.DatasetId!, Row = c }));

    /// <summary>The requests for access to it, latest first.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public static Task<Connection<AccessRequest>> GetAccessRequestsAsync([Parent] Dataset dataset, PagingArguments page, ResolverContext context) =>
        context.PageAsync(page, dataset.Id, (see, ids) =>
            see.AccessRequests.Where(a => ids.Contains(a.DatasetId!)).Select(a => new Related<string, AccessRequest> { Key = a.DatasetId!, Row = a }));

    /// <summary>The datasets that it is made from.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public static Task<Connection<Dataset>> GetUpstreamAsync([Parent] Dataset dataset, PagingArguments page, ResolverContext context) =>
        context.PageAsync(page, dataset.Id, (see, ids) => see.Datasets.SelectMany(
            d => see.Lineage.Where(l => ids.Contains(l.Downstream) && l.Upstream == d.Id).Select(l => l.Downstream).Distinct(),
            (d, id) => new Related<string, Dataset> { Key = id, Row = d }));

    /// <summary>The datasets that are made from it.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public static Task<Connection<Dataset>> GetDownstreamAsync([Parent] Dataset dataset, PagingArguments page, ResolverContext context) =>
        context.PageAsync(page, dataset.Id, (see, ids) => see.Datasets.SelectMany(
            d => see.Lineage.Where(l => ids.Contains(l.Upstream) && l.Downstream == d.Id).Select(l => l.Upstream).Distinct(),
            (d, id) => new Related<string, Dataset> { Key = id, Row = d }));
}
