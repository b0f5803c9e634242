namespace Metrics.Model.Facts;

/// <summary>A charge. Credits and corrections are negative.</summary>
[Fact("cost", "costs"), RefersTo("pipeline", "pipeline")]
public sealed record Cost : Fact
{
    [Key] public required string CostId { get; init; }
    public DateTimeOffset? ChargeStart { get; init; }
    public DateTimeOffset? ChargeEnd { get; init; }
    public string? Service { get; init; }
    public string? Resource { get; init; }
    public decimal? EffectiveCost { get; init; }
    public decimal? BilledCost { get; init; }
    public string? Currency { get; init; }
    public string? Dataset { get; init; }
    public string? Pipeline { get; init; }
    public string? Team { get; init; }

    public override string? Fault() =>
        EndBeforeStart("charge_start", ChargeStart, "charge_end", ChargeEnd)
        ?? (string.IsNullOrEmpty(Currency) ? "currency is empty; give an ISO 4217 code such as EUR" : null);
}
