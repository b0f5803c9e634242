namespace Metrics.Tests.Kpis.Reference;

// Money, use and people: a property is a column, in snake case.

public sealed record CostRow(string CostId)
{
    public DateTimeOffset? ChargeStart { get; init; }
    public DateTimeOffset? ChargeEnd { get; init; }
    public string? Service { get; init; }
    public decimal? EffectiveCost { get; init; }
    public string Currency { get; init; } = "EUR";
    public string? Dataset { get; init; }
    public string? Pipeline { get; init; }
    public string? Team { get; init; }
}

public sealed record UsageUnitRow(DateOnly Day, string Unit, string? Dataset, string? Team)
{
    public decimal? Quantity { get; init; }
}

public sealed record ComputeUsageRow(string Resource, DateTimeOffset PeriodStart)
{
    public decimal? Used { get; init; }
    public decimal? Provisioned { get; init; }
    public string? Measure { get; init; }
}

public sealed record ProductUsageRow(DateOnly Day, string? DataProduct, string? Dataset)
{
    public int? ActiveUsers { get; init; }
    public int? Queries { get; init; }
    public int? ServiceQueries { get; init; }
}

public sealed record TeamMonthRow(string Month, string Team)
{
    public int? HeadcountStart { get; init; }
    public int? HeadcountEnd { get; init; }
    public int? VoluntaryLeavers { get; init; }
    public decimal? EngagementScore { get; init; }
    public int? EngagementScaleMax { get; init; }
    public int? GrowthPlans { get; init; }
}

public sealed record SurveyResponseRow(string Survey, string ResponseId)
{
    public DateTimeOffset? RespondedAt { get; init; }
    public string? StakeholderGroup { get; init; }
    public string? Team { get; init; }
    public decimal? Score { get; init; }
    public int? ScaleMax { get; init; }
}

public sealed record SurveyInvitationRow(string Survey)
{
    public int? Invited { get; init; }
    public string? Team { get; init; }
}

public sealed record RateRow(string Currency, DateOnly ValidFrom, decimal Rate);
