namespace Metrics.Model.Facts;

/// <summary>Who used a data product on a day.</summary>
[Fact("product_usage", "product_usage")]
public sealed record ProductUsage : Fact
{
    [Key] public required DateOnly Day { get; init; }
    [Key] public string? DataProduct { get; init; }
    [Key] public string? Dataset { get; init; }
    public int? ActiveUsers { get; init; }

    /// <summary>People's queries only.</summary>
    public long? Queries { get; init; }

    public int? Dashboards { get; init; }
    public long? ServiceQueries { get; init; }
}
