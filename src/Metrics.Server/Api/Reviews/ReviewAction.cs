using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.Scorecards;
using Metrics.Server.Api.Records;

namespace Metrics.Server.Api.Reviews;

/// <summary>What a review has decided.</summary>
[From("scorecard.action v")]
public sealed record ReviewAction : INode
{
    [ID, Sql("v.action")]
    public required long Id { get; init; }

    [GraphQLIgnore, Sql("v.edition")]
    public long? ScorecardId { get; init; }

    public required ScopeKind ScopeKind { get; init; }

    /// <summary>The team or domain; null for the whole platform.</summary>
    [Sql("nullif(v.scope, '')")]
    public string? Scope { get; init; }

    /// <summary>It is on record and has nothing to be done.</summary>
    [Sql("v.kind = 'decision'")]
    public required bool IsDecision { get; init; }

    /// <summary>To be done and not done.</summary>
    [Sql("v.kind = 'action' and v.done_at is null")]
    public required bool IsOpen { get; init; }

    public required string Text { get; init; }

    public string? Owner { get; init; }

    public DateOnly? DueOn { get; init; }

    public required string RaisedBy { get; init; }

    public required DateTimeOffset RaisedAt { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    public string? DoneBy { get; init; }

    /// <summary>What came of it.</summary>
    public string? Outcome { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(ReviewAction), Id);

    public Task<Scorecard?> GetScorecardAsync(IDataLoader<long, Scorecard> scorecardById) => scorecardById.FindAsync(ScorecardId);
}
