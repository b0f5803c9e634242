namespace Metrics.Server.Api.Records;

/// <summary>That a dataset is made from another, as the catalogue has it now; read as upstream and downstream of datasets.</summary>
[From("analyst.lineage v")]
internal sealed record LineageEdge
{
    public required string Upstream { get; init; }

    public required string Downstream { get; init; }

    public required DateTimeOffset ValidFrom { get; init; }

    public required DateTimeOffset ValidTo { get; init; }
}
