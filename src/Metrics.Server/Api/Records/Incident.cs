using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.GraphQL.Execution;
using Metrics.Model.Facts;

namespace Metrics.Server.Api.Records;

/// <summary>A data incident.</summary>
[From("analyst.incident v")]
public sealed record Incident : SourceRecord, INode
{
    public required string IncidentId { get; init; }

    public string? Title { get; init; }

    /// <summary>1 (worst) to 5.</summary>
    public int? Severity { get; init; }

    public IncidentStatus? Status { get; init; }

    [Sql(Columns.Datasets)]
    public required IReadOnlyList<string> DatasetIds { get; init; }

    /// <summary>The team that answered it, where the record names one.</summary>
    [ID, Sql(Columns.Team)]
    public string? TeamId { get; init; }

    /// <summary>When the impact began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? DetectedAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>The last resolution of an incident that was reopened.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    public DetectedBy? DetectedBy { get; init; }

    public IncidentCause? Cause { get; init; }

    public string? PostmortemUrl { get; init; }

    public DateTimeOffset? PostmortemPublishedAt { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(Incident), SourceSystem, Connection, IncidentId);

    public Task<Team?> GetTeamAsync(IDataLoader<string, Team> teamById) => teamById.FindAsync(TeamId);

    /// <summary>The datasets that it concerns, as the catalogue has them now.</summary>
    public Task<IReadOnlyList<Dataset>> GetDatasetsAsync(IDataLoader<string, Dataset> datasetById) => datasetById.FindAsync(DatasetIds);

    /// <summary>What its postmortem promised, by due date.</summary>
    [UsePaging(AllowBackwardPagination = false), UseFiltering, UseSorting]
    public Task<Connection<PostmortemAction>> GetPostmortemActionsAsync(PagingArguments page, ResolverContext context) =>
        context.PageAsync(page, Pipeline.KeyOf(SourceSystem, Connection, IncidentId), (see, keys) =>
        {
            var (_, _, ids) = Pipeline.Parts(keys);
            return see.PostmortemActions.Where(a => ids.Contains(a.IncidentId!))
                .Select(a => new Related<string, PostmortemAction> { Key = a.SourceSystem + "\n" + a.Connection + "\n" + a.IncidentId, Row = a });
        });
}

/// <summary>Something promised in a postmortem.</summary>
[From("analyst.postmortem_action v")]
public sealed record PostmortemAction : SourceRecord
{
    public required string ActionId { get; init; }

    public string? IncidentId { get; init; }

    public string? Title { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateOnly? DueOn { get; init; }

    public DateOnly? CompletedOn { get; init; }

    public ActionStatus? Status { get; init; }
}
