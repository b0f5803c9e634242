namespace Metrics.Scorecards.Charts;

/// <summary>A small shape as an SVG path, so that lines can be told apart without colour.</summary>
internal sealed class MarkShape
{
    private static readonly MarkShape Circle = new((x, y, r) =>
        $"M{Svg.Number(x - r)} {Svg.Number(y)}a{Svg.Number(r)} {Svg.Number(r)} 0 1 0 {Svg.Number(2 * r)} 0"
        + $"a{Svg.Number(r)} {Svg.Number(r)} 0 1 0 {Svg.Number(-2 * r)} 0Z");

    private static readonly MarkShape Square = new((x, y, r) =>
        Closed((x - r * 0.9, y - r * 0.9), (x + r * 0.9, y - r * 0.9), (x + r * 0.9, y + r * 0.9), (x - r * 0.9, y + r * 0.9)));

    private static readonly MarkShape Triangle = new((x, y, r) =>
        Closed((x, y - r * 1.2), (x + r * 1.15, y + r * 0.9), (x - r * 1.15, y + r * 0.9)));

    private static readonly MarkShape Diamond = new((x, y, r) =>
        Closed((x, y - r * 1.25), (x + r * 1.25, y), (x, y + r * 1.25), (x - r * 1.25, y)));

    private readonly Func<double, double, double, string> draw;

    private MarkShape(Func<double, double, double, string> draw) => this.draw = draw;

    /// <summary>Circle, square and triangle for the tiers; a diamond for records without a tier; a circle for a total.</summary>
    public static MarkShape Of(Figure figure) => figure.Tier switch
    {
        0 => Circle,
        null when figure.IsTotal => Circle,
        1 => Square,
        2 => Triangle,
        _ => Diamond,
    };

    /// <summary>The shape around a centre.</summary>
    public string Path(double x, double y, double radius) => draw(x, y, radius);

    private static string Closed(params IReadOnlyList<(double X, double Y)> corners) =>
        "M" + string.Join('L', corners.Select(corner => $"{Svg.Number(corner.X)} {Svg.Number(corner.Y)}")) + "Z";
}
