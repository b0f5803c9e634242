using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Metrics.Model;

/// <summary>The days a report is about: a calendar bucket such as <c>2026-Q3</c>, or a range of days. Half-open.</summary>
/// <remarks>
/// Quarters and years follow the fiscal year of the calendar the period was made with; weeks are ISO weeks. A fiscal year
/// is named after the calendar year in which it ends, and its quarters after it.
/// </remarks>
public sealed record Period
{
    private readonly int fiscalYearStartMonth;

    private Period(CalendarBucket days, Grain? grain, int fiscalYearStartMonth)
    {
        (Start, End, Text) = days;
        Grain = grain;
        this.fiscalYearStartMonth = fiscalYearStartMonth;
    }

    /// <summary>The one way to write it: <c>2026-Q3</c>, <c>2026-07</c>, <c>2026-W31</c>, <c>2026</c>, <c>2026-07-01</c> or
    /// <c>2026-07-01/2026-09-16</c>. Parsing it gives this period again.</summary>
    public string Text { get; }

    /// <summary>Null for a range, even one whose days are those of a bucket.</summary>
    public Grain? Grain { get; }

    /// <summary>The first day inside.</summary>
    public DateOnly Start { get; }

    /// <summary>The first day no longer inside; always after <see cref="Start"/>.</summary>
    public DateOnly End { get; }

    public int Days => End.DayNumber - Start.DayNumber;

    /// <summary>Calendar months covered; a part of a month counts its days / the days in that month. A quarter is 3, a year
    /// 12, the week of 29 June 2026 2/30 + 5/31.</summary>
    public decimal Months
    {
        get
        {
            var months = 0m;
            for (var day = Start; day < End;)
            {
                var month = CalendarBucket.Containing(day, Model.Grain.Month, fiscalYearStartMonth);
                var until = month.End < End ? month.End : End;
                months += (until.DayNumber - day.DayNumber) / (decimal)(month.End.DayNumber - month.Start.DayNumber);
                day = until;
            }

            return months;
        }
    }

    /// <summary>The calendar bucket before; for a range, the same number of days before.</summary>
    public Period Previous => Grain is { } grain
        ? Containing(Start.AddDays(-1), grain, fiscalYearStartMonth)
        : Range(Start.AddDays(-Days), Start, fiscalYearStartMonth);

    /// <summary>The bucket of the same name one year before. Week 53 falls to week 52 in a year that has none, 29 February to
    /// 28 February. Of a range, both dates are a year earlier, and at least one day remains.</summary>
    public Period YearAgo
    {
        get
        {
            var start = Start.AddYears(-1);
            if (Grain is not { } grain)
            {
                var end = End.AddYears(-1);
                return Range(start, end > start ? end : start.AddDays(1), fiscalYearStartMonth);
            }

            if (grain != Model.Grain.Week) return Containing(start, grain, fiscalYearStartMonth);

            var year = ISOWeek.GetYear(Start) - 1;
            var week = Math.Min(ISOWeek.GetWeekOfYear(Start), ISOWeek.GetWeeksInYear(year));
            return Containing(ISOWeek.ToDateOnly(year, week, DayOfWeek.Monday), grain, fiscalYearStartMonth);
        }
    }

    /// <summary>Reads one of the forms of <see cref="Text"/>.</summary>
    /// <exception cref="FormatException">It is none of them; the message gives the text, the reason and all forms.</exception>
    public static Period Parse(string text, ReportingCalendar calendar) =>
        TryParse(text, calendar, out var period, out var error) ? period : throw new FormatException(error);

    /// <summary>Reads one of the forms of <see cref="Text"/>, or says what is wrong with it and which forms there are.</summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? text,
        ReportingCalendar calendar,
        [NotNullWhen(true)] out Period? period,
        [NotNullWhen(false)] out string? error) => PeriodText.TryParse(text, calendar, out period, out error);

    public static bool TryParse(
        [NotNullWhen(true)] string? text, ReportingCalendar calendar, [NotNullWhen(true)] out Period? period) =>
        TryParse(text, calendar, out period, out _);

    /// <summary>The bucket of that grain in which the day lies.</summary>
    public static Period Containing(DateOnly day, Grain grain, ReportingCalendar calendar) =>
        Containing(day, grain, calendar.FiscalYearStartMonth);

    /// <summary>A range of whole days.</summary>
    /// <param name="start">The first day inside.</param>
    /// <param name="end">The first day no longer inside; after <paramref name="start"/>.</param>
    /// <param name="calendar">Decides where <see cref="Buckets"/> splits it into quarters and years.</param>
    public static Period Between(DateOnly start, DateOnly end, ReportingCalendar calendar)
    {
        if (end <= start)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"A period from {start:yyyy-MM-dd} cannot end at {end:yyyy-MM-dd}: its end is excluded and must be later."),
                nameof(end));
        }

        return Range(start, end, calendar.FiscalYearStartMonth);
    }

    /// <summary>From the first instant of its first day to the first instant of the day after its last.</summary>
    public Interval Bounds(ReportingCalendar calendar) => new(calendar.StartOf(Start), calendar.StartOf(End));

    /// <summary>The part of the period that is over at <paramref name="now"/>.</summary>
    public PeriodEvaluation Evaluate(ReportingCalendar calendar, DateTimeOffset now) => new(this, calendar, now);

    /// <summary>The buckets of that grain, in order.</summary>
    /// <remarks>
    /// They tile the period; a range is split at calendar boundaries, where its first and last bucket may be clipped to
    /// ranges. Weeks alone are never clipped: a week belongs to the period that contains its Thursday, so it may reach up to
    /// three days over the edge, and no week belongs to two quarters. A grain not finer than the period, or weeks of a range
    /// shorter than a week, give the period itself.
    /// </remarks>
    public IReadOnlyList<Period> Buckets(Grain grain)
    {
        if (Grain <= grain) return [this];
        return grain == Model.Grain.Week ? Weeks() : Split(grain);
    }

    public override string ToString() => Text;

    private List<Period> Split(Grain grain)
    {
        var buckets = new List<Period>();
        for (var day = Start; day < End; day = buckets[^1].End)
        {
            var bucket = Containing(day, grain, fiscalYearStartMonth);
            var end = bucket.End < End ? bucket.End : End;
            buckets.Add(bucket.Start == day && bucket.End == end ? bucket : Range(day, end, fiscalYearStartMonth));
        }

        return buckets;
    }

    private List<Period> Weeks()
    {
        if (Days < 7) return [this];

        var weeks = new List<Period>();
        var firstThursday = Start.AddDays((DayOfWeek.Thursday - Start.DayOfWeek + 7) % 7);
        for (var thursday = firstThursday; thursday < End; thursday = thursday.AddDays(7))
            weeks.Add(Containing(thursday, Model.Grain.Week, fiscalYearStartMonth));
        return weeks;
    }

    private static Period Containing(DateOnly day, Grain grain, int fiscalYearStartMonth) =>
        new(CalendarBucket.Containing(day, grain, fiscalYearStartMonth), grain, fiscalYearStartMonth);

    private static Period Range(DateOnly start, DateOnly end, int fiscalYearStartMonth)
    {
        var text = FormattableString.Invariant($"{start:yyyy-MM-dd}/{end:yyyy-MM-dd}");
        return new(new CalendarBucket(start, end, text), grain: null, fiscalYearStartMonth);
    }
}
