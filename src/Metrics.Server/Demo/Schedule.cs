using System.Globalization;

namespace Metrics.Server.Demo;

/// <summary>The part of cron that the seed uses: a minute, an hour or every n hours, and weekdays.</summary>
internal sealed class Schedule
{
    private readonly int minute;
    private readonly int[] hours;
    private readonly DayOfWeek[] days;

    private Schedule(int minute, int[] hours, DayOfWeek[] days)
    {
        this.minute = minute;
        this.hours = hours;
        this.days = days;
    }

    /// <summary>Runs on a day on which it runs at all.</summary>
    public int RunsPerDay => hours.Length;

    /// <summary>True where Saturday and Sunday are left out.</summary>
    public bool OnBusinessDaysOnly => days.Length == 5;

    public static Schedule Parse(string cron) => cron.Split(' ') switch
    {
        [var minute, var hour, "*", "*", var day] => new Schedule(
            int.Parse(minute, CultureInfo.InvariantCulture), Hours(hour), Days(day)),
        _ => throw new FormatException($"\"{cron}\" is no schedule of the seed; write such as 30 */4 * * MON-FRI."),
    };

    /// <summary>The moments of one day.</summary>
    public IEnumerable<DateTimeOffset> On(DateTimeOffset day) =>
        days.Contains(day.DayOfWeek) ? hours.Select(h => day.AddHours(h).AddMinutes(minute)) : [];

    private static int[] Hours(string text)
    {
        if (text == "*") return [.. Enumerable.Range(0, 24)];
        if (!text.StartsWith("*/", StringComparison.Ordinal)) return [int.Parse(text, CultureInfo.InvariantCulture)];
        var step = int.Parse(text.AsSpan(2), CultureInfo.InvariantCulture);
        return [.. Enumerable.Range(0, 24 / step).Select(i => i * step)];
    }

    private static DayOfWeek[] Days(string text) => text switch
    {
        "*" => Enum.GetValues<DayOfWeek>(),
        "MON-FRI" => [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday],
        "MON" => [DayOfWeek.Monday],
        _ => throw new FormatException($"\"{text}\" names no days of the seed's schedules; write *, MON or MON-FRI."),
    };
}
