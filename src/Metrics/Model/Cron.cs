using System.Globalization;

namespace Metrics.Model;

/// <summary>
/// The five fields of cron in a time zone: minute, hour, day of the month, month, weekday, with <c>*</c>, lists, ranges, steps
/// and English names. With both a day and a weekday either suffices, as in Unix. A local time that a change of the clocks
/// leaves out is due when the clocks have changed; one that comes twice is due the first time.
/// </summary>
public sealed class Cron
{
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    /// <summary>A leap day is at most eight years away.</summary>
    private const int FarthestDays = 366 * 8 + 2;

    private readonly TimeZoneInfo zone;
    private readonly SortedSet<int> minutes;
    private readonly SortedSet<int> hours;
    private readonly SortedSet<int> days;
    private readonly SortedSet<int> months;
    private readonly SortedSet<int> weekdays;
    private readonly bool either;

    /// <exception cref="FormatException">A field cannot be read, or no date can ever match.</exception>
    public Cron(string text, TimeZoneInfo zone)
    {
        this.zone = zone;
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5) throw new FormatException($"\"{text}\" has {fields.Length} fields; it takes five: minute hour day month weekday.");
        minutes = Field("minute", fields[0], 0, 59, []);
        hours = Field("hour", fields[1], 0, 23, []);
        days = Field("day", fields[2], 1, 31, []);
        months = Field("month", fields[3], 1, 12, Months);
        weekdays = [.. Field("weekday", fields[4], 0, 7, Weekdays).Select(d => d % 7)];
        either = fields[2][0] != '*' && fields[4][0] != '*';
        if (!either && months.All(m => days.Min > DateTime.DaysInMonth(2024, m)))
            throw new FormatException($"\"{text}\" never happens: no such month has a day {days.Min}.");
    }

    /// <summary>The first moment after the given one.</summary>
    public DateTimeOffset After(DateTimeOffset moment) => Find(moment, forward: true, at => at > moment);

    /// <summary>The latest moment, not after the given one.</summary>
    public DateTimeOffset UpTo(DateTimeOffset moment) => Find(moment, forward: false, at => at <= moment);

    private DateTimeOffset Find(DateTimeOffset moment, bool forward, Func<DateTimeOffset, bool> fits)
    {
        var start = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime).AddDays(forward ? -1 : 1);
        for (var i = 0; i < FarthestDays; i++)
        {
            var day = start.AddDays(forward ? i : -i);
            if (!months.Contains(day.Month) || !Matches(day)) continue;
            var found = Times(day).Where(at => fits(at!.Value));
            if ((forward ? found.Min() : found.Max()) is { } at) return at;
        }

        throw new InvalidOperationException("A cron expression that matches no day in eight years was accepted.");
    }

    private bool Matches(DateOnly day) => either
        ? days.Contains(day.Day) || weekdays.Contains((int)day.DayOfWeek)
        : days.Contains(day.Day) && weekdays.Contains((int)day.DayOfWeek);

    private IEnumerable<DateTimeOffset?> Times(DateOnly day) =>
        from hour in hours from minute in minutes select (DateTimeOffset?)Moment(day.ToDateTime(new TimeOnly(hour, minute)));

    private DateTimeOffset Moment(DateTime local)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static SortedSet<int> Field(string name, string text, int lowest, int highest, string[] names)
    {
        var values = new SortedSet<int>();
        foreach (var part in text.Split(','))
        {
            var (range, step) = part.Split('/') switch { [var all] => (all, 1), [var all, var every] => (all, Number(every)), _ => ("", 0) };
            var (from, to) = range == "*" ? (lowest, highest)
                : range.Split('-') switch
                {
                    [var one] => (Number(one), part.Contains('/', StringComparison.Ordinal) ? highest : Number(one)),
                    [var first, var last] => (Number(first), Number(last)),
                    _ => (-1, -1),
                };
            if (from < lowest || to > highest || from > to || step < 1)
                throw new FormatException($"the {name} \"{part}\" is not between {lowest} and {highest}{(names.Length > 0 ? $" or {names[0]} to {names[^1]}" : "")}.");
            for (var value = from; value <= to; value += step) values.Add(value);
        }

        return values;

        int Number(string word) =>
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : Array.FindIndex(names, n => n.Equals(word, StringComparison.OrdinalIgnoreCase)) is var index and >= 0 ? index + (names == Months ? 1 : 0)
            : -1;
    }
}
