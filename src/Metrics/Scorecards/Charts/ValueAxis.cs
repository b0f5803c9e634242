using Metrics.Model;

namespace Metrics.Scorecards.Charts;

/// <summary>The range of values that a chart shows, between two round numbers.</summary>
/// <param name="Low">In the KPI's unit.</param>
/// <param name="High">Above <paramref name="Low"/>.</param>
/// <param name="Ticks">Round numbers from low to high.</param>
internal sealed record ValueAxis(double Low, double High, IReadOnlyList<double> Ticks)
{
    private const int WantedSteps = 4;
    private static readonly double[] RoundSteps = [1, 2, 2.5, 5, 10];

    /// <summary>An axis that holds every value and every target. Ratios are shown close up and never beyond 100 % if none is;
    /// everything else that is not negative starts at zero, so that a length can be compared.</summary>
    public static ValueAxis Around(KpiDefinition kpi, IEnumerable<TrendPoint> points)
    {
        var closeUp = kpi.Unit is Units.Ratio or Units.Score;
        var (low, high) = Extent(kpi, points);
        if (!closeUp && low > 0) low = 0;

        var span = high - low;
        if (span < 1e-9) span = kpi.Unit == Units.Ratio ? 0.02 : Math.Max(Math.Abs(high) * 0.1, 1);
        var step = Step(span);
        var bottom = Math.Floor((low - (closeUp ? step * 0.25 : 0)) / step + 1e-9);
        var top = Math.Ceiling((high + step * 0.1) / step - 1e-9);
        if (kpi.Unit == Units.Ratio && high <= 1) top = Math.Min(top, Math.Round(1 / step));
        if (low >= 0) bottom = Math.Max(bottom, 0);
        if (top <= bottom) bottom = top - 1;

        var ticks = new List<double>();
        for (var i = bottom; i <= top; i++) ticks.Add((double)Exact.Of(i * step));
        return new ValueAxis(ticks[0], ticks[^1], ticks);
    }

    /// <summary>As close as possible around the values and targets: for a line without labels.</summary>
    public static ValueAxis Tight(KpiDefinition kpi, IEnumerable<TrendPoint> points)
    {
        var (low, high) = Extent(kpi, points);
        var margin = high - low < 1e-9 ? Math.Max(Math.Abs(high) * 0.05, 1e-6) : 0;
        return new ValueAxis(low - margin, high + margin, []);
    }

    /// <summary>Whether the target is a number on this axis, and not a share of change.</summary>
    public static bool ShowsTarget(KpiDefinition kpi) => kpi.JudgedOn == JudgedOn.Value;

    private static (double Low, double High) Extent(KpiDefinition kpi, IEnumerable<TrendPoint> points)
    {
        var all = points
            .SelectMany(point => new[] { point.Value, ShowsTarget(kpi) ? TrendPlot.TargetValue(point) : null })
            .OfType<double>()
            .ToList();
        return all.Count == 0 ? (0, 1) : (all.Min(), all.Max());
    }

    private static double Step(double span)
    {
        var rough = span / WantedSteps;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return RoundSteps.First(step => step * magnitude >= rough - 1e-12) * magnitude;
    }
}
