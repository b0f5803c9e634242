using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.GraphQL.Execution;

namespace Metrics.Server.Api.Records;

/// <summary>A job that loads datasets, as the catalogue has it now.</summary>
[From("analyst.pipeline v")]
public sealed record Pipeline : SourceRecord, INode
{
    /// <summary>As its source names it; unique within source and connection.</summary>
    [ID, Sql("v.pipeline")]
    public required string Id { get; init; }

    public string? Name { get; init; }

    [ID, Sql(Columns.Team)]
    public string? TeamId { get; init; }

    /// <summary>A cron expression, a preset such as @daily, or nothing.</summary>
    public string? Schedule { get; init; }

    /// <summary>The datasets that it loads, unless a run says otherwise.</summary>
    [Sql(Columns.Datasets)]
    public required IReadOnlyList<string> DatasetIds { get; init; }

    /// <summary>What runs it: airflow, dbt …</summary>
    public string? System { get; init; }

    [GraphQLIgnore]
    public required DateTimeOffset ValidFrom { get; init; }

    [GraphQLIgnore]
    public required DateTimeOffset ValidTo { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(Pipeline), SourceSystem, Connection, Id);

    internal string Key => KeyOf(SourceSystem, Connection, Id);

    public Task<Team?> GetTeamAsync(IDataLoader<string, Team> teamById) => teamById.FindAsync(TeamId);

    public Task<IReadOnlyList<Dataset>> GetDatasetsAsync(IDataLoader<string, Dataset> datasetById) => datasetById.FindAsync(DatasetIds);

    /// <summary>Its runs, latest first; what has not started yet is where it was to start.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<Run>> GetRunsAsync(PagingArguments page, ResolverContext context) =>
        context.PageEachAsync<RecordKey, Run>(page, new RecordKey(SourceSystem, Connection, Id), (see, keys) => (see.Each(keys), k => see.PipelineRuns.Where(
            r => r.SourceSystem == k.Source && r.Connection == k.Connection && r.PipelineId == k.Id && k.Id != "")));

    /// <summary>What it costs, latest charge first.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<Cost>> GetCostsAsync(PagingArguments page, ResolverContext context) => context.PageAsync(page, Key, (see, keys) =>
    {
        var (_, _, ids) = Parts(keys);
        return see.Costs.Where(c => ids.Contains(c.PipelineId!))
            .Select(c => new Related<string, Cost> { Key = c.SourceSystem + "\n" + c.Connection + "\n" + c.PipelineId, Row = c });
    });

    internal static string KeyOf(string source, string connection, string id) => $"{source}\n{connection}\n{id}";

    /// <summary>The parts of many keys, each part for itself: a condition that an index serves, and that is then made exact.</summary>
    internal static (IReadOnlyList<string> Sources, IReadOnlyList<string> Connections, IReadOnlyList<string> Ids) Parts(IReadOnlyList<string> keys)
    {
        var parts = keys.Select(k => k.Split('\n', 3)).ToList();
        return ([.. parts.Select(p => p[0]).Distinct()], [.. parts.Select(p => p[1]).Distinct()], [.. parts.Select(p => p[2]).Distinct()]);
    }
}
