namespace Metrics.Model.Facts;

/// <summary>An alert that somebody was sent.</summary>
[Fact("alert", "alerts"), RefersTo("check", "check_id"), RefersTo("incident", "incident_id")]
public sealed record Alert : Fact
{
    [Key] public required string AlertId { get; init; }
    public string? Dataset { get; init; }
    public string? CheckId { get; init; }
    public DateTimeOffset? RaisedAt { get; init; }
    public DateTimeOffset? AcknowledgedAt { get; init; }
    public bool ActionTaken { get; init; }
    public string? IncidentId { get; init; }
}
