namespace Metrics.Model.Facts;

/// <summary>A data incident.</summary>
[Fact("incident", "incidents")]
public sealed record Incident : Fact
{
    [Key] public required string IncidentId { get; init; }
    public string? Title { get; init; }

    /// <summary>1 (worst) to 5.</summary>
    public int? Severity { get; init; }

    public IncidentStatus? Status { get; init; }
    public IReadOnlyList<string> Datasets { get; init; } = [];
    public string? Team { get; init; }

    /// <summary>When the impact began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? DetectedAt { get; init; }
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>The last resolution of an incident that was reopened.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    public DetectedBy? DetectedBy { get; init; }
    public IncidentCause? Cause { get; init; }
    public string? PostmortemUrl { get; init; }
    public DateTimeOffset? PostmortemPublishedAt { get; init; }

    public override string? Fault() =>
        EndBeforeStart("started_at", StartedAt, "resolved_at", ResolvedAt)
        ?? (StartedAt is null ? EndBeforeStart("detected_at", DetectedAt, "resolved_at", ResolvedAt) : null)
        ?? Outside("severity", Severity, 1, 5);
}
