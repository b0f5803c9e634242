using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.Model.Facts;

namespace Metrics.Server.Api.Records;

/// <summary>A change of a dataset's schema.</summary>
[From("analyst.schema_change v")]
public sealed record SchemaChange : SourceRecord, INode
{
    public required string ChangeId { get; init; }

    [ID, Sql("v.dataset")]
    public string? DatasetId { get; init; }

    public DateTimeOffset? DetectedAt { get; init; }

    [Sql("v.change")]
    public SchemaChangeKind? Kind { get; init; }

    public string? Column { get; init; }

    /// <summary>The type before.</summary>
    [Sql("v.\"from\"")]
    public string? From { get; init; }

    /// <summary>The type after.</summary>
    [Sql("v.\"to\"")]
    public string? To { get; init; }

    public required bool Breaking { get; init; }

    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary>When consumers were told.</summary>
    public DateTimeOffset? NotifiedAt { get; init; }

    public string? ContractId { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(SchemaChange), SourceSystem, Connection, ChangeId);

    public Task<Dataset?> GetDatasetAsync(IDataLoader<string, Dataset> datasetById) => datasetById.FindAsync(DatasetId);
}
