using System.Globalization;
using Metrics.Kpis;
using Metrics.Model;

namespace Metrics.Scorecards;

/// <summary>One KPI on a scorecard.</summary>
/// <param name="Definition">What it measures.</param>
/// <param name="Total">Over everything in scope.</param>
/// <param name="Tiers">In the order of the tiers, records without one last; empty where it has no tiers.</param>
/// <param name="Companions">The figures shown beside it, totals of the period.</param>
public sealed record ScorecardKpi(
    KpiDefinition Definition, Figure Total, IReadOnlyList<Figure> Tiers, IReadOnlyList<KpiRow> Companions)
{
    /// <summary>Whether its verdict is that of its tiers and not that of its total.</summary>
    public bool JudgedPerTier => Definition.IsJudgedPerTier || Tiers.Any(tier => tier.Row.Target?.Tier is not null);

    /// <summary>The figures that are judged: its tiers or its total.</summary>
    public IReadOnlyList<Figure> Judged => JudgedPerTier ? Tiers : [Total];

    /// <summary>The figures whose trend is drawn: what is judged, without records that have no tier.</summary>
    public IReadOnlyList<Figure> Charted => [.. Judged.Where(figure => figure.IsTotal || figure.Tier is not null)];

    /// <summary>The verdict that headlines count: the worst of what is judged. A KPI that does not exist for this period is
    /// not defined, whatever its tiers.</summary>
    public KpiStatus Status => Total.Row.Status == KpiStatus.NotDefined
        ? KpiStatus.NotDefined
        : KpiStatuses.Worst(Judged.Select(figure => figure.Row.Status));

    /// <summary>Whether there is a number to reach, and not only a trend to watch.</summary>
    public bool HasTarget => Definition.Targets.Count > 0 || Judged.Any(figure => figure.Row.Target is not null);
}

/// <summary>One value of a KPI with its recent history.</summary>
/// <param name="Row">As evaluated.</param>
/// <param name="Trend">The same figure over the last periods of this length, oldest first, this one last; empty where the KPI
/// has no values at this length.</param>
public sealed record Figure(KpiRow Row, IReadOnlyList<TrendPoint> Trend)
{
    /// <summary>The tier it is about; null for a total and for records without a tier.</summary>
    public int? Tier => Row.Group.TryGetValue(Dimension.Tier, out var tier) && tier is not null
        ? int.Parse(tier, CultureInfo.InvariantCulture)
        : null;

    /// <summary>Whether it is over everything, and not one of the tiers.</summary>
    public bool IsTotal => !Row.Group.ContainsKey(Dimension.Tier);

    /// <summary>What it is called beside others of its KPI.</summary>
    public string Label => IsTotal ? "Total" : TierLabel.Of(Tier);

    /// <summary>The verdict on the period before; null where it is not known.</summary>
    public KpiStatus? PreviousStatus => Trend.Count > 1 ? Trend[^2].Status : null;
}

/// <summary>One period of a trend.</summary>
/// <param name="Value">Null where nothing is known.</param>
/// <param name="Target">The target then in force.</param>
/// <param name="Partial">The period is not over.</param>
public sealed record TrendPoint(Period Period, double? Value, Target? Target, KpiStatus Status, bool Partial);
