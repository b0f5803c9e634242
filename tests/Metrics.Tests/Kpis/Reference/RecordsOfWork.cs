namespace Metrics.Tests.Kpis.Reference;

// What is changed, asked for and answered.

public sealed record ChangeRow(string ChangeId)
{
    public string? Kind { get; init; }
    public IReadOnlyList<string> Datasets { get; init; } = [];
    public string? Team { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public DateTimeOffset? DeployedAt { get; init; }
    public bool? Failed { get; init; }
    public bool? Cancelled { get; init; }
}

public sealed record RoadmapItemRow(string ItemId, string Quarter)
{
    public string? Team { get; init; }
    public DateTimeOffset? CommittedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public DateTimeOffset? RescopedAt { get; init; }
    public string? RescopeAgreedBy { get; init; }
    public DateTimeOffset? CancelledAt { get; init; }
}

public sealed record BackfillRow(string BackfillId)
{
    public string? Dataset { get; init; }
    public DateTimeOffset? IssueDetectedAt { get; init; }
    public DateTimeOffset? RequestedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public bool? Cancelled { get; init; }
}

public sealed record AlertRow(string AlertId)
{
    public string? Dataset { get; init; }
    public string? CheckId { get; init; }
    public DateTimeOffset? RaisedAt { get; init; }
    public DateTimeOffset? AcknowledgedAt { get; init; }
    public bool? ActionTaken { get; init; }
    public string? IncidentId { get; init; }
}

public sealed record SchemaChangeRow(string ChangeId)
{
    public string? Dataset { get; init; }
    public DateTimeOffset? DetectedAt { get; init; }
    public string? Change { get; init; }
    public bool? Breaking { get; init; }
    public DateTimeOffset? EffectiveAt { get; init; }
    public DateTimeOffset? NotifiedAt { get; init; }
}

public sealed record AccessRequestRow(string RequestId)
{
    public string? Dataset { get; init; }
    public string? Team { get; init; }
    public string? Kind { get; init; }
    public DateTimeOffset? RequestedAt { get; init; }
    public DateTimeOffset? GrantedAt { get; init; }
    public DateTimeOffset? DeniedAt { get; init; }
    public DateTimeOffset? WithdrawnAt { get; init; }
}

public sealed record AccessReviewRow(string ReviewId)
{
    public string? Dataset { get; init; }
    public DateOnly? DueOn { get; init; }
    public DateOnly? CompletedOn { get; init; }
}

public sealed record RequisitionRow(string RequisitionId)
{
    public string? Team { get; init; }
    public DateOnly? OpenedOn { get; init; }
    public DateOnly? FilledOn { get; init; }
    public DateOnly? CancelledOn { get; init; }
    public int? OffersExtended { get; init; }
    public int? OffersAccepted { get; init; }
}
