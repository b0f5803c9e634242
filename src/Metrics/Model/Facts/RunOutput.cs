namespace Metrics.Model.Facts;

/// <summary>What one attempt did to one dataset. Without any, the attempt's state holds for each of its datasets.</summary>
[Fact("run_output", "run_outputs")]
[RefersTo("pipeline", "pipeline"), RefersTo("pipeline_run", "pipeline", "run_id", "attempt")]
public sealed record RunOutput : Fact
{
    [Key] public required string Pipeline { get; init; }
    [Key] public required string RunId { get; init; }
    [Key] public int? Attempt { get; init; }
    [Key] public required string Dataset { get; init; }
    public RunState? State { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public long? RowsWritten { get; init; }
}
