namespace Metrics.Model.Facts;

/// <summary>A change deployed to the platform.</summary>
[Fact("change", "changes")]
public sealed record Change : Fact
{
    [Key] public required string ChangeId { get; init; }
    public string? Title { get; init; }
    public ChangeKind? Kind { get; init; }
    public IReadOnlyList<string> Datasets { get; init; } = [];
    public string? Team { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public DateTimeOffset? DeployedAt { get; init; }

    /// <summary>It caused a failure.</summary>
    public bool Failed { get; init; }

    public bool Cancelled { get; init; }

    public override string? Fault() => EndBeforeStart("approved_at", ApprovedAt, "deployed_at", DeployedAt);
}
