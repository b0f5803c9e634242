namespace Metrics.Model.Facts;

/// <summary>A request for access to data.</summary>
[Fact("access_request", "access_requests")]
public sealed record AccessRequest : Fact
{
    [Key] public required string RequestId { get; init; }
    public string? Dataset { get; init; }
    public string? Team { get; init; }
    public AccessKind? Kind { get; init; }
    public DateTimeOffset? RequestedAt { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public DateTimeOffset? GrantedAt { get; init; }
    public DateTimeOffset? DeniedAt { get; init; }
    public DateTimeOffset? WithdrawnAt { get; init; }

    public override string? Fault() => EndBeforeStart("requested_at", RequestedAt, "granted_at", GrantedAt);
}
