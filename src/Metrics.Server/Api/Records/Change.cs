using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.Model.Facts;

namespace Metrics.Server.Api.Records;

/// <summary>A change deployed to the platform.</summary>
[From("analyst.change v")]
public sealed record Change : SourceRecord, INode
{
    public required string ChangeId { get; init; }

    public string? Title { get; init; }

    public ChangeKind? Kind { get; init; }

    [Sql(Columns.Datasets)]
    public required IReadOnlyList<string> DatasetIds { get; init; }

    [ID, Sql(Columns.Team)]
    public string? TeamId { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    public DateTimeOffset? DeployedAt { get; init; }

    /// <summary>It caused a failure.</summary>
    public required bool Failed { get; init; }

    public required bool Cancelled { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(Change), SourceSystem, Connection, ChangeId);

    public Task<Team?> GetTeamAsync(IDataLoader<string, Team> teamById) => teamById.FindAsync(TeamId);

    public Task<IReadOnlyList<Dataset>> GetDatasetsAsync(IDataLoader<string, Dataset> datasetById) => datasetById.FindAsync(DatasetIds);
}
