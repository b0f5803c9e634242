using System.Globalization;
using System.Runtime.InteropServices;

namespace Metrics.Model;

/// <summary>Where the days, ISO weeks, months, fiscal quarters and fiscal years lie on the calendar, and what they are
/// called.</summary>
/// <param name="Start">The first day inside.</param>
/// <param name="End">The first day no longer inside.</param>
/// <param name="Text">As written in a URL, a query and a report: <c>2026-Q3</c>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CalendarBucket(DateOnly Start, DateOnly End, string Text)
{
    public static CalendarBucket Containing(DateOnly day, Grain grain, int fiscalYearStartMonth)
    {
        var month = new DateOnly(day.Year, day.Month, 1);
        var monthOfYear = (day.Month - fiscalYearStartMonth + 12) % 12;
        var year = month.AddMonths(-monthOfYear);
        var yearName = year.AddMonths(11).Year;

        switch (grain)
        {
            case Grain.Day:
                return new(day, day.AddDays(1), Name($"{day:yyyy-MM-dd}"));
            case Grain.Week:
                var monday = day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
                return new(monday, monday.AddDays(7), Name($"{ISOWeek.GetYear(day):0000}-W{ISOWeek.GetWeekOfYear(day):00}"));
            case Grain.Month:
                return new(month, month.AddMonths(1), Name($"{day:yyyy-MM}"));
            case Grain.Quarter:
                var quarter = monthOfYear / 3;
                return new(year.AddMonths(3 * quarter), year.AddMonths(3 * quarter + 3), Name($"{yearName:0000}-Q{quarter + 1}"));
            case Grain.Year:
                return new(year, year.AddMonths(12), Name($"{yearName:0000}"));
            default:
                throw new ArgumentOutOfRangeException(nameof(grain), grain, "Use day, week, month, quarter or year.");
        }
    }

    /// <summary>The first day of the fiscal year that ends in calendar year <paramref name="name"/>.</summary>
    public static DateOnly FiscalYearStart(int name, int fiscalYearStartMonth) =>
        new(fiscalYearStartMonth == 1 ? name : name - 1, fiscalYearStartMonth, 1);

    private static string Name(FormattableString text) => FormattableString.Invariant(text);
}
