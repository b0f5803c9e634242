namespace Metrics.Model.Facts;

/// <summary>Something promised in a postmortem.</summary>
[Fact("postmortem_action", "postmortem_actions"), RefersTo("incident", "incident_id")]
public sealed record PostmortemAction : Fact
{
    [Key] public required string ActionId { get; init; }
    public string? IncidentId { get; init; }
    public string? Title { get; init; }
    [Personal] public string? Owner { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateOnly? DueOn { get; init; }
    public DateOnly? CompletedOn { get; init; }
    public ActionStatus? Status { get; init; }
}
