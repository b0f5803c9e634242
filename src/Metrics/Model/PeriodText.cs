using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Metrics.Model;

/// <summary>Reads the written forms of a period, and says what is wrong with a text that is none of them.</summary>
internal static partial class PeriodText
{
    private const string Forms =
        "Write a quarter 2026-Q3, a month 2026-07, an ISO week 2026-W31, a year 2026, a day 2026-07-01, "
        + "or a range 2026-07-01/2026-09-16 (end excluded).";

    private const int FirstYear = 1900;
    private const int LastYear = 2200;

    public static bool TryParse(
        string? text,
        ReportingCalendar calendar,
        [NotNullWhen(true)] out Period? period,
        [NotNullWhen(false)] out string? error)
    {
        string? reason;
        (period, reason) = string.IsNullOrEmpty(text) ? (null, "it is empty")
            : text.Contains('/', StringComparison.Ordinal) ? ReadRange(text, calendar)
            : ReadBucket(text, calendar);
        error = period is null ? $"'{text}' is not a period: {reason}. {Forms}" : null;
        return period is not null;
    }

    private static (Period? Period, string? Reason) ReadRange(string text, ReportingCalendar calendar)
    {
        var dates = text.Split('/');
        if (dates.Length != 2 || !TryReadDay(dates[0], out var start) || !TryReadDay(dates[1], out var end))
            return (null, "a range is two dates with a slash between them");
        if (end <= start)
            return (null, "the end is excluded, so it must be later than the start");
        return Reason(start.Year) is { } first ? (null, first)
            : Reason(end.Year) is { } last ? (null, last)
            : (Period.Between(start, end, calendar), null);
    }

    private static (Period? Period, string? Reason) ReadBucket(string text, ReportingCalendar calendar)
    {
        var form = BucketForm().Match(text);
        if (!form.Success) return (null, "it has none of the known forms");

        var year = Number(form.Groups["year"]);
        if (Reason(year) is { } reason) return (null, reason);

        if (form.Groups["quarter"] is { Success: true } quarter)
        {
            var firstDay = CalendarBucket.FiscalYearStart(year, calendar.FiscalYearStartMonth);
            return Bucket(firstDay.AddMonths(3 * (Number(quarter) - 1)), Grain.Quarter, calendar);
        }

        if (form.Groups["week"] is { Success: true } week)
        {
            var weeks = ISOWeek.GetWeeksInYear(year);
            return Number(week) >= 1 && Number(week) <= weeks
                ? Bucket(ISOWeek.ToDateOnly(year, Number(week), DayOfWeek.Monday), Grain.Week, calendar)
                : (null, FormattableString.Invariant($"{year} has the ISO weeks 01 to {weeks}"));
        }

        if (form.Groups["day"].Success)
        {
            return TryReadDay(text, out var day) ? Bucket(day, Grain.Day, calendar) : (null, "the calendar has no such day");
        }

        if (form.Groups["month"] is { Success: true } month)
        {
            return Number(month) is >= 1 and <= 12
                ? Bucket(new DateOnly(year, Number(month), 1), Grain.Month, calendar)
                : (null, "months are 01 to 12");
        }

        return Bucket(CalendarBucket.FiscalYearStart(year, calendar.FiscalYearStartMonth), Grain.Year, calendar);
    }

    private static (Period?, string?) Bucket(DateOnly day, Grain grain, ReportingCalendar calendar) =>
        (Period.Containing(day, grain, calendar), null);

    private static string? Reason(int year) => year is >= FirstYear and <= LastYear
        ? null
        : FormattableString.Invariant($"the year must lie between {FirstYear} and {LastYear}");

    private static bool TryReadDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\A(?<year>[0-9]{4})(-Q(?<quarter>[1-4])|-W(?<week>[0-9]{2})|-(?<month>[0-9]{2})(-(?<day>[0-9]{2}))?)?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex BucketForm();
}
