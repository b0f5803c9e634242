namespace Metrics.Model.Facts;

/// <summary>One attempt of one run of a pipeline.</summary>
[Fact("pipeline_run", "pipeline_runs")]
[RefersTo("pipeline", "pipeline"), RefersTo("pipeline_run", "pipeline", "run_id")]
public sealed record PipelineRun : Fact
{
    [Key] public required string Pipeline { get; init; }
    [Key] public required string RunId { get; init; }

    /// <summary>1 is the first.</summary>
    [Key] public int? Attempt { get; init; }

    public DateTimeOffset? ScheduledFor { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public RunState? State { get; init; }
    public RunTrigger? Trigger { get; init; }

    /// <summary>What this attempt loads; empty means the pipeline's datasets.</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];

    public long? RowsWritten { get; init; }
    public long? BytesWritten { get; init; }
    public string? Error { get; init; }

    public override string? Fault() => EndBeforeStart("started_at", StartedAt, "ended_at", EndedAt);
}
