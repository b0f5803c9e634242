using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.GraphQL.Execution;
using Metrics.Model.Facts;

namespace Metrics.Server.Api.Records;

/// <summary>One attempt of one run of a pipeline.</summary>
[From("fact.pipeline_run v where v.deleted_at is null")]
public record Run : SourceRecord, INode
{
    [ID, Sql("v.pipeline")]
    public required string PipelineId { get; init; }

    public required string RunId { get; init; }

    /// <summary>1 is the first.</summary>
    public int? Attempt { get; init; }

    public DateTimeOffset? ScheduledFor { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it started, else when it was to.</summary>
    [GraphQLIgnore, Sql("coalesce(v.started_at, v.scheduled_for, v.ended_at)")]
    public DateTimeOffset? At { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public RunState? State { get; init; }

    [Sql("coalesce(v.trigger, 'scheduled')")]
    public required RunTrigger Trigger { get; init; }

    public long? RowsWritten { get; init; }

    public long? BytesWritten { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(Run), SourceSystem, Connection, PipelineId, RunId, Attempt);

    public Task<Pipeline?> GetPipelineAsync(IDataLoader<string, Pipeline> pipelineByKey) =>
        pipelineByKey.LoadAsync(Pipeline.KeyOf(SourceSystem, Connection, PipelineId));

    /// <summary>What it did to each dataset.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<RunOutput>> GetOutputsAsync(PagingArguments page, ResolverContext context) =>
        context.PageAsync(page, $"{Pipeline.KeyOf(SourceSystem, Connection, PipelineId)}\n{RunId}\n{Attempt}", (see, keys) =>
        {
            var parts = keys.Select(k => k.Split('\n')).ToList();
            var (pipelines, runs) = (parts.Select(p => p[2]).Distinct().ToList(), parts.Select(p => p[3]).Distinct().ToList());
            var (sources, connections) = (parts.Select(p => p[0]).Distinct().ToList(), parts.Select(p => p[1]).Distinct().ToList());
            return see.Outputs
                .Where(o => sources.Contains(o.SourceSystem) && connections.Contains(o.Connection) && pipelines.Contains(o.PipelineId) && runs.Contains(o.RunId))
                .Select(o => new Related<string, RunOutput>
                {
                    Key = o.SourceSystem + "\n" + o.Connection + "\n" + o.PipelineId + "\n" + o.RunId + "\n" + o.Attempt,
                    Row = o,
                });
        });
}

/// <summary>A run as one of those that tried to load a dataset: the index of outputs by dataset and end leads to the last ones of many.</summary>
[From("""
    fact.effective_output o cross join lateral (
      select * from fact.pipeline_run r
      where r.source = o.source and r.connection = o.connection and r.pipeline = o.pipeline and r.run_id = o.run_id
        and r.attempt is not distinct from o.attempt and r.deleted_at is null limit 1) v
    """)]
public sealed record DatasetRun : Run
{
    [Sql("o.dataset")]
    public required string DatasetId { get; init; }

    /// <summary>When it was done with the dataset; null while it is not.</summary>
    [Sql("o.ended_at")]
    public DateTimeOffset? DoneAt { get; init; }
}

/// <summary>What one attempt of a run did to one dataset.</summary>
[From("fact.effective_output v")]
public sealed record RunOutput : SourceRecord
{
    [ID, Sql("v.pipeline")]
    public required string PipelineId { get; init; }

    public required string RunId { get; init; }

    public int? Attempt { get; init; }

    [ID, Sql("v.dataset")]
    public required string DatasetId { get; init; }

    public RunState? State { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public long? RowsWritten { get; init; }

    public Task<Dataset?> GetDatasetAsync(IDataLoader<string, Dataset> datasetById) => datasetById.FindAsync(DatasetId);
}
