using System.Globalization;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>Turns sums into a value, compares it, and judges it against the target in force.</summary>
internal sealed class Judge(
    KpiDefinition definition, CoverageBook coverage, Attribution attribution, Func<PeriodEvaluation, GroupKey, string?> hidden)
{
    private readonly TargetBook targets = new(definition.Targets);

    /// <summary>The team that all of it is about, where the question is about one.</summary>
    public string? Team { get; init; }

    /// <summary>Why a group without records says nothing: the caller may not see it. Null for one that can be seen.</summary>
    public Func<GroupKey, string?> Unseen { get; init; } = _ => null;

    /// <summary>Why nothing is known of a time yet; null where it is.</summary>
    public Func<PeriodEvaluation, string?> Pending { get; init; } = _ => null;

    /// <param name="adjusted">The sum without what is waived; null where nothing of the period is.</param>
    public KpiRow Row(
        PeriodEvaluation evaluation, GroupKey group, Aggregate sum, Aggregate? before, Aggregate? aYearAgo, Aggregate? adjusted = null)
    {
        var suppressed = hidden(evaluation, group);
        if (suppressed is not null) sum = new Aggregate { Unknown = suppressed };
        else if (sum.N == 0 && Unseen(group) is { } unseen) sum = new Aggregate { Unknown = unseen };
        else if (Pending(evaluation) is { } later) (sum, adjusted) = (new Aggregate { Unknown = later }, null);
        var (value, reason) = Value(evaluation, sum);
        var previous = hidden(evaluation.Previous, group) is null
            ? Value(evaluation.Previous, before ?? new Aggregate()).Value : null;
        var yearAgo = hidden(evaluation.YearAgo, group) is null
            ? Value(evaluation.YearAgo, aYearAgo ?? new Aggregate()).Value : null;
        var interval = value is null ? null : sum.Interval(definition);
        var (numerator, denominator) = sum.Unknown is null ? Parts(evaluation, sum) : (null, null);
        var row = new KpiRow(definition, evaluation.Period)
        {
            Partial = evaluation.Partial,
            Group = group.ToDictionary(),
            Value = value,
            Numerator = numerator,
            Denominator = denominator,
            N = sum.N,
            Excluded = sum.Excluded,
            Target = TargetOf(evaluation, group),
            Previous = previous,
            YearAgo = yearAgo,
            Lower = interval?.Lower,
            Upper = interval?.Upper,
            Reason = reason,
            Suppressed = suppressed is not null,
        };
        var waived = adjusted is null || suppressed is not null ? 0 : sum.N - adjusted.N;
        if (waived > 0) return Adjust(row, evaluation, adjusted!, waived);
        var (status, why) = Status(row);
        return row with { Status = status, Reason = row.Reason ?? why };
    }

    /// <summary>The raw figures as they are, judged as if what is waived were not there.</summary>
    private KpiRow Adjust(KpiRow row, PeriodEvaluation evaluation, Aggregate adjusted, long waived)
    {
        // All that was observed is waived: that is no gap in coverage, and no zero either.
        var (value, _) = adjusted.N == 0 && !definition.CountsNothingAsZero ? (null, null) : Value(evaluation, adjusted);
        var (status, why) = Status(row with { Value = value, N = adjusted.N });
        var judged = waived == 1 ? "Judged without 1 waived record." : string.Create(CultureInfo.InvariantCulture, $"Judged without {waived:N0} waived records.");
        return row with
        {
            Adjusted = value,
            Waived = waived,
            Status = status,
            Reason = value is null ? "Every record of the period is waived." : why is null ? judged : $"{judged} {why}",
        };
    }

    private (double? Value, string? Reason) Value(PeriodEvaluation evaluation, Aggregate sum)
    {
        if (!evaluation.Begun) return (null, "The period has not begun.");
        if (sum.Unknown is not null) return (null, sum.Unknown);
        if (Pending(evaluation) is { } later) return (null, later);
        if (definition.CountsNothingAsZero && sum.N == 0 && coverage.Gap(definition, evaluation.Evaluated) is { } gap) return (null, gap);
        return sum.Value(definition, evaluation.MonthsElapsed) is { } value
            ? (value, null)
            : (null, definition.Kind == KpiKind.UnitCost && sum.N > 0 ? "Nothing was recorded to divide the cost by." : sum.Excluded > 0 ? "Every record of the period was left out." : "Nothing was recorded in the period.");
    }

    private (decimal? Numerator, decimal? Denominator) Parts(PeriodEvaluation evaluation, Aggregate sum) => definition.Kind switch
    {
        KpiKind.Median or KpiKind.P90 or KpiKind.Sum => (null, null),
        KpiKind.State when definition.IsCount => (Plain(sum.Numerator), null),
        KpiKind.Rate => (Plain(sum.Numerator), Plain(evaluation.MonthsElapsed)),
        KpiKind.Ratio or KpiKind.State or KpiKind.Mean or KpiKind.UnitCost => (Plain(sum.Numerator), Plain(sum.Denominator)),
    };

    /// <summary>Without the trailing zeros that sums of rounded numbers carry.</summary>
    private static decimal Plain(decimal number) => number / 1.000000000000000000000000000000m;

    private Target? TargetOf(PeriodEvaluation evaluation, GroupKey group)
    {
        var dataset = group[Dimension.Dataset];
        var tier = group.By.Contains(Dimension.Tier) ? group.Tier
            : dataset is not null ? attribution.TierOf(dataset, evaluation.Evaluated.End)
            : null;
        return targets.InForceAtEnd(tier, group[Dimension.Team] ?? Team, dataset, evaluation.Bounds.End);
    }

    private (KpiStatus Status, string? Reason) Status(KpiRow row)
    {
        // A tier that nobody set a target for, such as Tier 2 of a KPI about Tiers 0 and 1, does not lack data.
        if (definition.IsJudgedPerTier && row.Target is null && row.Group.GetValueOrDefault(Dimension.Tier) is not null)
            return (KpiStatus.NoTarget, null);
        if (row.Value is not { } value) return (KpiStatus.NoData, null);
        if (row.N < definition.MinSample && !(definition.CountsNothingAsZero && row.N == 0))
            return (KpiStatus.InsufficientData, $"{row.N} of at least {definition.MinSample} observations.");
        if (definition.Companion || (targets.All.Count > 0 && row.Target is null)) return (KpiStatus.NoTarget, null);
        if (row.Target is not { } target)
            return (Target.TrendStatus(value, row.Previous, definition.Better, definition.Tolerance), row.Previous is null ? "There is no previous value to compare with." : null);
        if (definition.JudgedOn == JudgedOn.Value) return (target.Judge(value, definition.Better), null);
        return row.YearAgo is { } before and > 0
            ? (target.Judge((value / before) - 1, definition.Better), null)
            : (KpiStatus.NoData, row.YearAgo is null
                ? "There is no value of a year ago to compare with."
                : "The value of a year ago is not above zero: a change from it means nothing.");
    }
}
