using System.Globalization;

namespace Metrics.Tests.Kpis.Reference;

public enum Length { Day, Week, Month, Quarter, Year, Range }

/// <summary>A period, and the two that it is compared with.</summary>
public sealed record ReferencePeriod(string Text, Length Length, DateOnly Start, DateOnly End)
{
    public static ReferencePeriod Quarter(int year, int quarter) =>
        Of($"{year}-Q{quarter}", Length.Quarter, new DateOnly(year, 3 * quarter - 2, 1));

    public static ReferencePeriod Month(int year, int month) => Of($"{year}-{month:00}", Length.Month, new DateOnly(year, month, 1));

    public static ReferencePeriod Year(int year) => Of($"{year}", Length.Year, new DateOnly(year, 1, 1));

    /// <summary>The fiscal year around a day, of years that begin in a month; named after the calendar year in which it ends.</summary>
    public static ReferencePeriod YearOf(DateOnly day, int startMonth)
    {
        var start = new DateOnly(day.Month >= startMonth ? day.Year : day.Year - 1, startMonth, 1);
        return Of(string.Create(CultureInfo.InvariantCulture, $"{start.AddYears(1).AddDays(-1).Year}"), Length.Year, start);
    }

    /// <summary>The fiscal quarter around a day.</summary>
    public static ReferencePeriod QuarterOf(DateOnly day, int startMonth)
    {
        var year = YearOf(day, startMonth);
        var number = Enumerable.Range(1, 4).Last(n => year.Start.AddMonths(3 * (n - 1)) <= day);
        return Of(string.Create(CultureInfo.InvariantCulture, $"{year.Text}-Q{number}"), Length.Quarter, year.Start.AddMonths(3 * (number - 1)));
    }

    public static ReferencePeriod Week(int year, int week) =>
        Of($"{year}-W{week:00}", Length.Week, ISOWeek.ToDateOnly(year, week, DayOfWeek.Monday));

    public static ReferencePeriod Day(int year, int month, int day) =>
        Of($"{year}-{month:00}-{day:00}", Length.Day, new DateOnly(year, month, day));

    public static ReferencePeriod Range(DateOnly start, DateOnly end) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{start:yyyy-MM-dd}/{end:yyyy-MM-dd}"), Length.Range, start, end);

    /// <summary>The calendar bucket before; for a range the same number of days before.</summary>
    public ReferencePeriod Previous => Length == Length.Range
        ? Range(Start.AddDays(Start.DayNumber - End.DayNumber), Start)
        : Of("previous", Length, Moved(Length, Start, -1));

    public ReferencePeriod YearAgo => Length switch
    {
        Length.Range => Range(Start.AddYears(-1), End.AddYears(-1)),
        Length.Week => Week(ISOWeek.GetYear(Start) - 1, ISOWeek.GetWeekOfYear(Start)),
        _ => Of("year ago", Length, Start.AddYears(-1)),
    };

    /// <summary>A part of a month counts days / days in that month.</summary>
    public double Months => Enumerable.Range(0, End.DayNumber - Start.DayNumber)
        .Select(i => Start.AddDays(i)).Sum(d => 1.0 / DateTime.DaysInMonth(d.Year, d.Month));

    private static ReferencePeriod Of(string text, Length length, DateOnly start) => new(text, length, start, Moved(length, start, 1));

    private static DateOnly Moved(Length length, DateOnly day, int by) => length switch
    {
        Length.Day => day.AddDays(by),
        Length.Week => day.AddDays(7 * by),
        Length.Month => day.AddMonths(by),
        Length.Quarter => day.AddMonths(3 * by),
        Length.Year => day.AddYears(by),
        _ => throw new ArgumentOutOfRangeException(nameof(length)),
    };
}
