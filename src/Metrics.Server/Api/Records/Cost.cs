using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;

namespace Metrics.Server.Api.Records;

/// <summary>A charge. Credits and corrections are negative.</summary>
[From("analyst.cost v")]
public sealed record Cost : SourceRecord, INode
{
    public required string CostId { get; init; }

    public DateTimeOffset? ChargeStart { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? ChargeEnd { get; init; }

    public string? Service { get; init; }

    public string? Resource { get; init; }

    /// <summary>In its currency, after discounts and spread prepayments: what KPIs count.</summary>
    public decimal? EffectiveCost { get; init; }

    public decimal? BilledCost { get; init; }

    /// <summary>ISO 4217.</summary>
    public string? Currency { get; init; }

    [ID, Sql("v.dataset")]
    public string? DatasetId { get; init; }

    [ID, Sql("v.pipeline")]
    public string? PipelineId { get; init; }

    [ID, Sql(Columns.Team)]
    public string? TeamId { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(Cost), SourceSystem, Connection, CostId);

    public Task<Dataset?> GetDatasetAsync(IDataLoader<string, Dataset> datasetById) => datasetById.FindAsync(DatasetId);

    public Task<Pipeline?> GetPipelineAsync(IDataLoader<string, Pipeline> pipelineByKey) =>
        pipelineByKey.FindAsync(PipelineId is null ? null : Pipeline.KeyOf(SourceSystem, Connection, PipelineId));

    public Task<Team?> GetTeamAsync(IDataLoader<string, Team> teamById) => teamById.FindAsync(TeamId);
}
