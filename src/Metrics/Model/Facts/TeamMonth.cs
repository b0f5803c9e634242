using System.Globalization;

namespace Metrics.Model.Facts;

/// <summary>A team's people in one month.</summary>
[Fact("team_month", "team_months"), AboutPeople(5)]
public sealed record TeamMonth : Fact
{
    /// <summary>Written 2026-07.</summary>
    [Key] public required string Month { get; init; }

    [Key] public required string Team { get; init; }
    public int? HeadcountStart { get; init; }
    public int? HeadcountEnd { get; init; }
    public int? VoluntaryLeavers { get; init; }
    public int? InvoluntaryLeavers { get; init; }
    public int? InternalMoves { get; init; }
    public decimal? EngagementScore { get; init; }
    public int? EngagementScaleMax { get; init; }
    public int? GrowthPlans { get; init; }

    public override string? Fault() =>
        !DateOnly.TryParseExact($"{Month}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? $"month is \"{Month}\"; write it as 2026-07"
        : Negative("headcount_start", HeadcountStart) ?? Negative("headcount_end", HeadcountEnd)
        ?? Negative("voluntary_leavers", VoluntaryLeavers) ?? Negative("growth_plans", GrowthPlans)
        ?? (EngagementScaleMax is { } highest ? Outside("engagement_score", EngagementScore, 1, highest) : null);
}
