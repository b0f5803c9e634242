using System.Globalization;

namespace Metrics.Scorecards.Charts;

/// <summary>Numbers as SVG spells them: with a decimal point whatever the culture, and no more digits than can be seen.</summary>
internal static class Svg
{
    public static string Number(double number)
    {
        var text = Math.Round(number, 2, MidpointRounding.AwayFromZero).ToString("0.##", CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text;
    }

    /// <summary>The points of a polyline: <c>0,12 10,11.5</c>.</summary>
    public static string Points(IEnumerable<PlotPoint> points) =>
        string.Join(' ', points.Select(point => $"{Number(point.X)},{Number(point.Y)}"));
}
