using System.Globalization;
using System.Text.RegularExpressions;

namespace Metrics.Server.Demo;

/// <summary>
/// The two years that the demo tells: eight whole quarters and the running one, seen from one day. Quarters are numbered
/// from that day: 0 is the running one, -1 the last complete one, -8 the first. All in UTC.
/// </summary>
internal sealed partial class Timeline
{
    /// <summary>How many whole quarters lie before the running one.</summary>
    public const int PastQuarters = 8;

    public Timeline(DateTimeOffset now)
    {
        Today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        ThisQuarter = new DateTimeOffset(Today.Year, (((Today.Month - 1) / 3) * 3) + 1, 1, 0, 0, 0, TimeSpan.Zero);
        First = StartOf(-PastQuarters);
    }

    /// <summary>The first instant of the day that the demo is told on. People's doings end here.</summary>
    public DateTimeOffset Today { get; }

    /// <summary>The first instant of the running quarter.</summary>
    public DateTimeOffset ThisQuarter { get; }

    /// <summary>The first instant of the story.</summary>
    public DateTimeOffset First { get; }

    /// <summary>
    /// Exclusive. Machines run to the end of today, so that a demo served all day does not look stalled: what has not
    /// happened yet does not count yet.
    /// </summary>
    public DateTimeOffset End => Today.AddDays(1);

    /// <summary>First to today, both included.</summary>
    public IEnumerable<DateTimeOffset> Days
    {
        get
        {
            for (var day = First; day < End; day = day.AddDays(1)) yield return day;
        }
    }

    /// <summary>From the first to the running one.</summary>
    public static IEnumerable<int> Quarters => Enumerable.Range(-PastQuarters, PastQuarters + 1);

    public IEnumerable<DateTimeOffset> Months
    {
        get
        {
            for (var month = First; month < Today; month = month.AddMonths(1)) yield return month;
        }
    }

    /// <summary>Weeks by their Monday, from the first Monday of the story.</summary>
    public IEnumerable<DateTimeOffset> Weeks => Days.Where(d => d.DayOfWeek == DayOfWeek.Monday);

    public DateTimeOffset StartOf(int quarter) => ThisQuarter.AddMonths(3 * quarter);

    public int QuarterOf(DateTimeOffset at)
    {
        var months = ((at.UtcDateTime.Year - ThisQuarter.Year) * 12) + at.UtcDateTime.Month - ThisQuarter.Month;
        return (int)Math.Floor(months / 3.0);
    }

    /// <summary>As roadmaps write it: 2026-Q3.</summary>
    public string NameOf(int quarter)
    {
        var start = StartOf(quarter);
        return string.Create(CultureInfo.InvariantCulture, $"{start.Year}-Q{((start.Month - 1) / 3) + 1}");
    }

    public static bool IsBusinessDay(DateTimeOffset at) =>
        at.UtcDateTime.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    /// <summary>The moment after so much time that falls on Monday to Friday, to the second.</summary>
    public static DateTimeOffset AfterBusinessDays(DateTimeOffset from, double days)
    {
        var left = TimeSpan.FromSeconds(Math.Floor(days * 86400));
        var at = from;
        while (true)
        {
            var midnight = new DateTimeOffset(at.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
            if (IsBusinessDay(at))
            {
                if (at + left < midnight) return at + left;
                left -= midnight - at;
            }

            at = midnight;
        }
    }

    /// <summary>
    /// What a date in the seed means: an ISO date, or <c>Q-2+45d</c> for the 45th day after the start of the quarter two
    /// before the running one. Null for an empty cell.
    /// </summary>
    /// <exception cref="FormatException">Neither of the two.</exception>
    public DateTimeOffset? Resolve(string text)
    {
        if (text.Length == 0) return null;
        if (SeedDate().Match(text) is { Success: true } match)
        {
            var quarter = int.Parse(match.Groups["quarter"].ValueSpan, CultureInfo.InvariantCulture);
            var days = match.Groups["days"];
            return StartOf(quarter).AddDays(days.Success ? int.Parse(days.ValueSpan, CultureInfo.InvariantCulture) : 0);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date
            : throw new FormatException(
                $"\"{text}\" is no date of the seed; write 2026-03-01, or Q-2+45d for a day of an earlier quarter.");
    }

    [GeneratedRegex(@"^Q(?<quarter>-\d+|0)(\+(?<days>\d+)d)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex SeedDate();
}
