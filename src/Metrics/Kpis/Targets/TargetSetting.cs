using System.Globalization;
using Metrics.Model;

namespace Metrics.Kpis.Targets;

/// <summary>What a target is for, and since when: two settings of the same scope cannot be in force together.</summary>
/// <param name="Since">The first day that it judges; null means since ever.</param>
public sealed record TargetScope(string Kpi, int? Tier, string? Team, string? Dataset, DateOnly? Since)
{
    /// <summary>In words: <c>freshness_adherence, Tier 0, from 2026-07-01</c>.</summary>
    public override string ToString()
    {
        string?[] parts =
        [
            Kpi,
            Tier is { } tier ? TierLabel.Of(tier) : null,
            Team is null ? null : $"team {Team}",
            Dataset is null ? null : $"dataset {Dataset}",
            Since is { } day ? $"from {day.ToString("O", CultureInfo.InvariantCulture)}" : "since ever",
        ];
        return string.Join(", ", parts.Where(p => p is not null));
    }
}

/// <summary>A target that the organisation has set.</summary>
/// <param name="Threshold">What meets it, in the KPI's unit; none where nothing is demanded, whatever the definition's default.</param>
/// <param name="Stretch">At or better than this exceeds it.</param>
/// <param name="Tolerance">How much worse than the target is still at risk.</param>
/// <param name="Origin">File and line.</param>
public sealed record TargetSetting(
    string Kpi, int? Tier, string? Team, string? Dataset, DateOnly? Since, Threshold Threshold, decimal? Stretch, Tolerance Tolerance,
    string Origin)
{
    /// <summary>Its line in the file.</summary>
    internal int Line { get; init; }

    public TargetScope Scope => new(Kpi, Tier, Team, Dataset, Since);

    /// <summary>As values are judged by it.</summary>
    public Target ToTarget(ReportingCalendar calendar) => new(
        Tier, Team, Dataset, Threshold, Stretch, Tolerance, Since is { } day ? calendar.StartOf(day) : DateTimeOffset.MinValue, Origin);

    /// <summary>What it demands, in words: <c>&gt; 0.99, stretch 0.995, tolerance 0.01</c>, or <c>none</c>.</summary>
    public string Demand => Threshold == Threshold.None ? Threshold.ToString() : string.Create(CultureInfo.InvariantCulture,
        $"{Threshold}{(Stretch is null ? "" : $", stretch {Stretch:0.############}")}, tolerance {Tolerance}");

    /// <summary>Whether it judges as another does, wherever that stands.</summary>
    internal bool Demands(TargetSetting other) =>
        (Threshold, Stretch, Tolerance) == (other.Threshold, other.Stretch, other.Tolerance);
}

/// <summary>What applying a file does to one scope.</summary>
/// <param name="Before">Null where nothing was set.</param>
/// <param name="After">Null where the file no longer has it.</param>
public sealed record TargetChange(TargetScope Scope, TargetSetting? Before, TargetSetting? After);

/// <summary>A setting with its life: who set it and when, who ended it and when.</summary>
/// <param name="EndedAt">Null while it is in force.</param>
public sealed record TargetRecord(
    TargetSetting Setting, DateTimeOffset AppliedAt, string AppliedBy, string? Reason, DateTimeOffset? EndedAt, string? EndedBy)
{
    /// <summary>Null where nobody had to.</summary>
    public string? ApprovedBy { get; init; }
}
