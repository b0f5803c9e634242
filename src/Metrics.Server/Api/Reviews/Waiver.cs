using Metrics.GraphQL;
using Metrics.Kpis.Waivers;
using Metrics.Server.Api.Records;
using Metrics.Server.Hosting;

namespace Metrics.Server.Api.Reviews;

/// <summary>What need not count against anybody: a KPI, over a period, of a dataset, a team or an incident.</summary>
[From("scorecard.waiver v")]
public sealed record Waiver : INode
{
    [ID, Sql("v.waiver")]
    public required long Id { get; init; }

    [ID]
    public required string Kpi { get; init; }

    public required string Period { get; init; }

    public required WaiverScope ScopeKind { get; init; }

    /// <summary>The dataset, the team, or the key of the incident.</summary>
    public required string Scope { get; init; }

    public required string Reason { get; init; }

    public required string RequestedBy { get; init; }

    public required string ApprovedBy { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>From this day on it does not count.</summary>
    public required DateOnly ExpiresOn { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public string? RevokedBy { get; init; }

    public string? RevokeReason { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(Waiver), Id);

    /// <summary>Whether it counts now: neither revoked nor expired.</summary>
    public bool Counts([Service] Product product)
    {
        var now = product.Clock.GetUtcNow();
        return AddedAt <= now && (RevokedAt is null || now < RevokedAt) && product.Reporting.Calendar.DayOf(now) < ExpiresOn;
    }
}
