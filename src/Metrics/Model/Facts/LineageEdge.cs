namespace Metrics.Model.Facts;

/// <summary>The downstream dataset is made from the upstream one.</summary>
[Fact("lineage", "lineage"), Catalogue(shared: false)]
public sealed record LineageEdge : Fact
{
    [Key] public required string Upstream { get; init; }
    [Key] public required string Downstream { get; init; }

    /// <summary>Empty means since ever.</summary>
    public DateTimeOffset? ValidFrom { get; init; }
}
