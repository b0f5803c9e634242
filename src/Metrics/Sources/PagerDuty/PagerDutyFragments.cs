namespace Metrics.Sources.PagerDuty;

/// <summary>An incident as it stood when it was seen.</summary>
internal sealed record IncidentState(string Id, string Status)
{
    public string? Title { get; init; }
    public DateTimeOffset? Created { get; init; }
    public DateTimeOffset? Resolved { get; init; }
    public string? Priority { get; init; }
    public string? Urgency { get; init; }
    public string? Service { get; init; }
    public string? ServiceId { get; init; }
    public string? Policy { get; init; }
    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>Resolved by being merged into another one.</summary>
    public bool IsMerged { get; init; }
}
