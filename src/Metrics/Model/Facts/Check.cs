namespace Metrics.Model.Facts;

/// <summary>A data-quality check.</summary>
[Fact("check", "checks"), Catalogue(shared: false)]
public sealed record Check : Fact
{
    [Key] public required string CheckId { get; init; }
    public string? Dataset { get; init; }
    public CheckKind? Kind { get; init; }
    public string? Column { get; init; }

    /// <summary>Empty counts as enabled.</summary>
    public bool Enabled { get; init; } = true;

    public DateTimeOffset? Since { get; init; }
}
