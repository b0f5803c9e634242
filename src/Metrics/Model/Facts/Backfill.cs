namespace Metrics.Model.Facts;

/// <summary>A reload of past data.</summary>
[Fact("backfill", "backfills")]
public sealed record Backfill : Fact
{
    [Key] public required string BackfillId { get; init; }
    public string? Dataset { get; init; }
    public string? Reason { get; init; }
    public DateTimeOffset? IssueDetectedAt { get; init; }
    public DateTimeOffset? RequestedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public bool Cancelled { get; init; }
}
