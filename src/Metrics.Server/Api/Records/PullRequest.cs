using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;

namespace Metrics.Server.Api.Records;

/// <summary>A pull request.</summary>
[From("analyst.pull_request v")]
public sealed record PullRequest : SourceRecord, INode
{
    public required string Repository { get; init; }

    public required string Number { get; init; }

    public string? Title { get; init; }

    public required bool AuthorIsBot { get; init; }

    [ID, Sql(Columns.Team)]
    public string? TeamId { get; init; }

    /// <summary>When it became ready for review.</summary>
    public DateTimeOffset? DraftUntil { get; init; }

    public DateTimeOffset? OpenedAt { get; init; }

    public DateTimeOffset? FirstReviewAt { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    public DateTimeOffset? MergedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public int? Additions { get; init; }

    public int? Deletions { get; init; }

    public required bool IsDataCode { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(PullRequest), SourceSystem, Connection, Repository, Number);

    public Task<Team?> GetTeamAsync(IDataLoader<string, Team> teamById) => teamById.FindAsync(TeamId);
}
