namespace Metrics.Model.Facts;

/// <summary>How much work was done on a day: what costs are divided by.</summary>
[Fact("usage_unit", "usage_units")]
public sealed record UsageUnit : Fact
{
    [Key] public required DateOnly Day { get; init; }

    /// <summary>query, tb_processed, active_customer, event.</summary>
    [Key] public required string Unit { get; init; }

    [Key] public string? Dataset { get; init; }
    [Key] public string? Team { get; init; }
    public decimal? Quantity { get; init; }

    public override string? Fault() => Negative("quantity", Quantity);
}
