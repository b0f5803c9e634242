using System.Text.RegularExpressions;

namespace Metrics.Model.Facts;

/// <summary>Something a team committed to for a quarter.</summary>
[Fact("roadmap_item", "roadmap_items")]
public sealed partial record RoadmapItem : Fact
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

    public override string? Fault() => Written().IsMatch(Quarter)
        ? null
        : $"quarter is \"{Quarter}\"; write the fiscal quarter as 2026-Q3";

    [GeneratedRegex("^[0-9]{4}-Q[1-4]$")]
    private static partial Regex Written();
}
