using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.Model.Facts;

namespace Metrics.Server.Api.Records;

/// <summary>A request for access to data.</summary>
[From("analyst.access_request v")]
public sealed record AccessRequest : SourceRecord, INode
{
    public required string RequestId { get; init; }

    [ID, Sql("v.dataset")]
    public string? DatasetId { get; init; }

    [ID, Sql(Columns.Team)]
    public string? TeamId { get; init; }

    public AccessKind? Kind { get; init; }

    public DateTimeOffset? RequestedAt { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    public DateTimeOffset? GrantedAt { get; init; }

    public DateTimeOffset? DeniedAt { get; init; }

    public DateTimeOffset? WithdrawnAt { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(AccessRequest), SourceSystem, Connection, RequestId);

    public Task<Dataset?> GetDatasetAsync(IDataLoader<string, Dataset> datasetById) => datasetById.FindAsync(DatasetId);

    public Task<Team?> GetTeamAsync(IDataLoader<string, Team> teamById) => teamById.FindAsync(TeamId);
}
