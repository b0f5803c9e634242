namespace Metrics.Model.Facts;

/// <summary>What a compute resource provided and what was used of it.</summary>
[Fact("compute_usage", "compute_usage")]
public sealed record ComputeUsage : Fact
{
    [Key] public required string Resource { get; init; }
    [Key] public required DateTimeOffset PeriodStart { get; init; }
    public DateTimeOffset? PeriodEnd { get; init; }
    public decimal? Used { get; init; }
    public decimal? Provisioned { get; init; }

    /// <summary>credit, slot_hour, vcpu_hour, dbu.</summary>
    public string? Measure { get; init; }

    public override string? Fault() =>
        EndBeforeStart("period_start", PeriodStart, "period_end", PeriodEnd)
        ?? Negative("used", Used)
        ?? Negative("provisioned", Provisioned);
}
