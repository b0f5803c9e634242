using System.Globalization;
using Metrics.Model;

namespace Metrics.Scorecards.Charts;

/// <summary>Where everything on a trend chart lies: panels side by side with one value axis, in points of the drawing.</summary>
internal sealed class TrendChartLayout
{
    public const double Width = 303;
    public const double Height = 76;

    /// <summary>Left of the first panel, for the numbers of the axis.</summary>
    public const double AxisWidth = 42;

    private const double Gap = 14;
    private const double Top = 17;
    private const double Foot = 15;

    /// <param name="figures">At least one, with trends of the same periods.</param>
    public TrendChartLayout(KpiDefinition kpi, IReadOnlyList<Figure> figures)
    {
        Axis = ValueAxis.Around(kpi, figures.SelectMany(figure => figure.Trend));
        var width = (Width - AxisWidth - Gap * (figures.Count - 1)) / figures.Count;
        Panels =
        [
            .. figures.Select((figure, i) => new TrendPanel(
                figure, Axis, new PlotArea(AxisWidth + i * (width + Gap), Top, width, Height - Top - Foot), kpi)),
        ];
    }

    public ValueAxis Axis { get; }

    public IReadOnlyList<TrendPanel> Panels { get; }
}

/// <summary>The trend of one figure.</summary>
internal sealed class TrendPanel(Figure figure, ValueAxis axis, PlotArea area, KpiDefinition kpi)
{
    /// <summary>What the name of a period needs, roughly.</summary>
    private const double PeriodWidth = 40;

    /// <summary>What the word target needs beside the panel's name and the target.</summary>
    private const double WordWidth = 100;

    private const double MarkSize = 2.6;

    public Figure Figure => figure;

    public PlotArea Area => area;

    public TrendPlot Plot { get; } = new(figure.Trend, axis, area);

    /// <summary>The target in force in the last period; null where none can be drawn.</summary>
    public Target? Target => ValueAxis.ShowsTarget(kpi) ? figure.Row.Target : null;

    /// <summary>What stands before the target: nothing where there is no room.</summary>
    public string TargetWord => area.Width < WordWidth ? "" : "target ";

    public string Style => figure.Tier is { } tier ? string.Create(CultureInfo.InvariantCulture, $"tier{tier}") : "total";

    public IEnumerable<(string Path, bool Good)> Marks => figure.Trend
        .Select((point, i) => (point, i))
        .Where(at => at.point.Value is not null)
        .Select(at => (
            MarkShape.Of(figure).Path(Plot.X(at.i), Plot.Y(at.point.Value!.Value), MarkSize),
            at.point.Status is not (KpiStatus.Missed or KpiStatus.AtRisk or KpiStatus.Worsened)));

    /// <summary>The names below the axis: all, or every second from the last on, as they have room; else the first and the last.</summary>
    public IEnumerable<(double X, string Anchor, string Name)> Periods
    {
        get
        {
            var last = figure.Trend.Count - 1;
            var step = (int)Math.Ceiling(PeriodWidth / (area.Width / figure.Trend.Count));
            return step <= 2
                ? figure.Trend.Select((point, i) => (Place: i, Name: Name(point))).Where(p => (last - p.Place) % step == 0).Select(p => (Plot.X(p.Place), "middle", p.Name))
                : [(area.Left, "start", Name(figure.Trend[0])), (area.Right, "end", Name(figure.Trend[last]))];
        }
    }

    private static string Name(TrendPoint point)
    {
        var name = point.Period.Grain is null
            ? "from " + point.Period.Start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : point.Period.Text;
        return point.Partial ? name + " to date" : name;
    }
}
