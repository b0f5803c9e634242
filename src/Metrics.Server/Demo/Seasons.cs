namespace Metrics.Server.Demo;

/// <summary>How a quarter went. Every part of the generator reads its trouble here, so that they tell one story.</summary>
/// <param name="Trouble">Factor on everything that can fail, be late or go stale; 1 is an ordinary quarter.</param>
/// <param name="Delay">Factor on how often loads are late; 1 is an ordinary quarter.</param>
/// <param name="Incidents">How many incidents of severity 1, 2, 3, 4 and 5 begin in it.</param>
/// <param name="Repair">Factor on the time to repair.</param>
/// <param name="FoundByUsers">Share of the incidents that stakeholders found first.</param>
/// <param name="ReviewDays">Median days from ready for review to merged.</param>
internal sealed record Season(
    double Trouble, double Delay, IReadOnlyList<int> Incidents, double Repair, double FoundByUsers, double ReviewDays);

/// <summary>
/// The plot: a platform that grows up slowly, moves its warehouse four quarters ago and pays for it with a bad quarter,
/// recovers in the next, and ends better than it was.
/// </summary>
internal static class Seasons
{
    /// <summary>The quarter of the warehouse move.</summary>
    public const int BadQuarter = -4;

    private static readonly Season[] Plot =
    [
        new(1.35, 1.3, [2, 6, 10, 11, 6], 1.25, 0.27, 3.1),
        new(1.25, 1.2, [2, 6, 10, 10, 6], 1.15, 0.26, 2.9),
        new(1.15, 1.1, [2, 5, 9, 11, 5], 1.10, 0.24, 2.6),
        new(1.05, 1.1, [2, 5, 9, 10, 6], 1.00, 0.22, 2.4),
        new(2.40, 5.0, [4, 13, 19, 16, 9], 2.30, 0.38, 4.7),
        new(1.40, 2.0, [3, 8, 12, 11, 6], 1.40, 0.28, 3.4),
        new(1.00, 1.1, [2, 5, 9, 10, 6], 1.00, 0.20, 2.2),
        new(0.85, 1.0, [2, 5, 8, 9, 5], 0.85, 0.16, 1.8),
        new(0.75, 0.9, [2, 4, 8, 9, 5], 0.80, 0.14, 1.6),
    ];

    public static Season Of(int quarter) => Plot[Math.Clamp(quarter, -Timeline.PastQuarters, 0) + Timeline.PastQuarters];

    /// <summary>A day's trouble: its quarter's, reached in ten days from that of the quarter before.</summary>
    public static double TroubleOn(Timeline time, DateTimeOffset day) => On(time, day, s => s.Trouble);

    /// <summary>A day's delay, reached likewise.</summary>
    public static double DelayOn(Timeline time, DateTimeOffset day) => On(time, day, s => s.Delay);

    private static double On(Timeline time, DateTimeOffset day, Func<Season, double> factor)
    {
        var quarter = time.QuarterOf(day);
        var blend = Math.Min(1, ((day - time.StartOf(quarter)).TotalDays + 1) / 10);
        return (factor(Of(quarter)) * blend) + (factor(Of(quarter - 1)) * (1 - blend));
    }
}
