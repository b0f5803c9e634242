namespace Metrics.Model.Facts;

/// <summary>Something a team committed to for a quarter.</summary>
[Fact("roadmap_item", "roadmap_items")]
public sealed record RoadmapItem : Fact
{
    [Key] public required string ItemId { get; init; }
    public string? Title { get; init; }
    public string? Team { get; init; }

    /// <summary>Written 2026-Q3.</summary>
    [Key] public required string Quarter { get; init; }

    public DateTimeOffset? CommittedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public DateTimeOffset? RescopedAt { get; init; }
    [Personal] public string? RescopeAgreedBy { get; init; }
    public DateTimeOffset? CancelledAt { get; init; }
}
