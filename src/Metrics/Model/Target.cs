namespace Metrics.Model;

/// <summary>What a KPI should reach, for whom, and since when.</summary>
/// <param name="Tier">0 to 2; null for every tier.</param>
/// <param name="Team">Null for every team.</param>
/// <param name="Dataset">Null for every dataset.</param>
/// <param name="Value">What meets it, in the KPI's unit (or, for a KPI judged on its change, as a fraction of change).</param>
/// <param name="Stretch">At or better than this exceeds it; null where nothing does.</param>
/// <param name="Tolerance">How much worse than <paramref name="Value"/> is still at risk rather than missed.</param>
/// <param name="ValidFrom">In force from this instant on, until a later one for the same tier, team and dataset.</param>
/// <param name="Origin">Where it was set, for a reader who wants to change it: a file and key, or a person.</param>
public sealed record Target(
    int? Tier,
    string? Team,
    string? Dataset,
    Threshold Value,
    decimal? Stretch,
    Tolerance Tolerance,
    DateTimeOffset ValidFrom,
    string Origin)
{
    /// <summary>It comes with the KPI's file: any target of the organisation's own that applies comes before it.</summary>
    public bool IsDefault { get; init; }

    /// <summary>What makes it unfit for a KPI, in words for the person who wrote it; null if nothing does.</summary>
    /// <param name="better">Which values of the KPI are better.</param>
    public string? Fault(Direction better)
    {
        if (Tier is < 0 or > 2)
            return $"Tier {Tier} does not exist. Use 0, 1 or 2, or leave it out for all.";
        if (Value == Threshold.None && Stretch is not null)
            return "Where nothing is demanded (none) there is no stretch. Leave it out.";
        if (Value.Better is { } side && side != better)
        {
            return $"The target '{Value}' asks for {Word(side)} values, but {Word(better)} ones are better for this KPI. "
                + "Turn the operator round, or correct 'better'.";
        }

        if (Stretch is { } stretch && Shortfall(stretch, Value.Value, better) > 0)
        {
            return FormattableString.Invariant($"The stretch {stretch} is worse than the target '{Value}'. ")
                + $"Give a stretch that is {(better == Direction.Higher ? "at least" : "at most")} the target.";
        }

        return null;
    }

    /// <summary>How a value stands to this target.</summary>
    /// <param name="value">In the unit of <see cref="Value"/>; compared after rounding to 12 decimals.</param>
    /// <param name="better">Decides which side of an <c>=</c> target is worse; any other target says so itself.</param>
    /// <returns>Exceeded at or better than the stretch; met at or better than the target; at risk if worse by at most the
    /// tolerance; else missed. A value exactly at a target written with <c>&gt;</c> or <c>&lt;</c> is at risk.</returns>
    public KpiStatus Judge(double value, Direction better)
    {
        var exact = Exact.Of(value);
        var side = Value.Better ?? better;
        if (Stretch is { } stretch && Shortfall(exact, stretch, side) <= 0) return KpiStatus.Exceeded;

        var shortfall = Shortfall(exact, Value.Value, side);
        var strict = Value.Operator is ComparisonOperator.Greater or ComparisonOperator.Less;
        return shortfall < 0 || (shortfall == 0 && !strict) ? KpiStatus.Met
            : shortfall <= Tolerance.Around(Value.Value) ? KpiStatus.AtRisk
            : KpiStatus.Missed;
    }

    /// <summary>How a value without a target stands to the period before.</summary>
    /// <param name="value">The value of the period; null if unknown.</param>
    /// <param name="previous">The value of the period before; null if unknown.</param>
    /// <param name="better">Which values are better.</param>
    /// <param name="tolerance">A change of up to this is steady; if relative, of <paramref name="previous"/>.</param>
    /// <returns>Improved, steady or worsened; no data if either value is unknown.</returns>
    public static KpiStatus TrendStatus(double? value, double? previous, Direction better, Tolerance tolerance)
    {
        if (value is null || previous is null) return KpiStatus.NoData;

        var before = Exact.Of(previous.Value);
        var worsening = Shortfall(Exact.Of(value.Value), before, better);
        return Math.Abs(worsening) <= tolerance.Around(before) ? KpiStatus.Steady
            : worsening < 0 ? KpiStatus.Improved
            : KpiStatus.Worsened;
    }

    /// <summary>By how much a value is worse than the mark; negative if it is better.</summary>
    private static decimal Shortfall(decimal value, decimal mark, Direction better) => better switch
    {
        Direction.Higher => mark - value,
        Direction.Lower => value - mark,
    };

    private static string Word(Direction direction) => direction switch
    {
        Direction.Higher => "higher",
        Direction.Lower => "lower",
    };
}
