using System.Runtime.InteropServices;

namespace Metrics.Scorecards.Charts;

/// <summary>A rectangle of a drawing that values are plotted into. Y grows downwards.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PlotArea(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;
    public double Bottom => Top + Height;
}

[StructLayout(LayoutKind.Auto)]
internal readonly record struct PlotPoint(double X, double Y);

/// <summary>Where the values and the target of a trend lie in an area: one column per period, of equal width.</summary>
internal sealed class TrendPlot(IReadOnlyList<TrendPoint> trend, ValueAxis axis, PlotArea area)
{
    /// <summary>The runs of neighbouring periods that have a value. A period without one parts them: a gap is a gap.</summary>
    public IReadOnlyList<IReadOnlyList<PlotPoint>> Runs
    {
        get
        {
            var runs = new List<IReadOnlyList<PlotPoint>>();
            var run = new List<PlotPoint>();
            for (var i = 0; i < trend.Count; i++)
            {
                if (trend[i].Value is { } value)
                {
                    run.Add(new PlotPoint(X(i), Y(value)));
                }
                else if (run.Count > 0)
                {
                    runs.Add(run);
                    run = [];
                }
            }

            if (run.Count > 0) runs.Add(run);
            return runs;
        }
    }

    /// <summary>The target as steps, as wide as the periods in which it was in force; a period without one parts them.</summary>
    public IReadOnlyList<IReadOnlyList<PlotPoint>> TargetSteps
    {
        get
        {
            var runs = new List<IReadOnlyList<PlotPoint>>();
            var run = new List<PlotPoint>();
            for (var i = 0; i < trend.Count; i++)
            {
                if (TargetValue(trend[i]) is { } target)
                {
                    run.Add(new PlotPoint(Edge(i), Y(target)));
                    run.Add(new PlotPoint(Edge(i + 1), Y(target)));
                }
                else if (run.Count > 0)
                {
                    runs.Add(run);
                    run = [];
                }
            }

            if (run.Count > 0) runs.Add(run);
            return runs;
        }
    }

    /// <summary>The middle of a period's column.</summary>
    public double X(int period) => (Edge(period) + Edge(period + 1)) / 2;

    public double Y(double value) =>
        area.Bottom - (value - axis.Low) / (axis.High - axis.Low) * area.Height;

    internal static double? TargetValue(TrendPoint point) => point.Target is { } target ? (double)target.Value.Value : null;

    private double Edge(int period) => area.Left + area.Width * period / trend.Count;
}
