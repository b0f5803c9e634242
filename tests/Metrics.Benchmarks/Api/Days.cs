using System.Globalization;

namespace Metrics.Benchmarks.Api;

/// <summary>What is asked about: the days from one to another, its end excluded.</summary>
/// <param name="Period">The way our API writes it.</param>
internal sealed record Days(DateOnly From, DateOnly To, string Period)
{
    private static readonly DateOnly First = new(2025, 1, 1);

    /// <summary>Before it, nothing is imported while answers are measured.</summary>
    private static readonly DateOnly Last = new(2026, 9, 1);

    public static Days Quarter { get; } = new(new DateOnly(2026, 4, 1), new DateOnly(2026, 7, 1), "2026-Q2");

    /// <summary>
    /// Every 90, 91 and 92 days in a row, in no order: many more than any contestant remembers or asks about in one turn, so that no
    /// answer can be given twice.
    /// </summary>
    public static IReadOnlyList<Days> Another { get; } = Shuffled([.. from days in Enumerable.Range(90, 3) from start in Starts(days) select Range(start, start.AddDays(days))]);

    private static IEnumerable<DateOnly> Starts(int days) =>
        Enumerable.Range(0, Last.DayNumber - First.DayNumber - days + 1).Select(First.AddDays);

    private static Days Range(DateOnly from, DateOnly to) => new(from, to, $"{Text(from)}/{Text(to)}");

    public string Start => Text(From);

    public string End => Text(To);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The same in every run.</summary>
    private static Days[] Shuffled(Days[] all)
    {
        new Random(1).Shuffle(all);
        return all;
    }
}
