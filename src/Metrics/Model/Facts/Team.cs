namespace Metrics.Model.Facts;

/// <summary>A team that owns datasets and pipelines.</summary>
[Fact("team", "teams"), Catalogue(shared: true)]
public sealed record Team : Fact
{
    [Key, Column("team")] public required string Id { get; init; }
    public string? Name { get; init; }
    public string? Domain { get; init; }
    [Personal] public string? ManagerEmail { get; init; }
}
