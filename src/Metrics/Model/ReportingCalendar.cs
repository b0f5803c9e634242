using System.Collections.Frozen;

namespace Metrics.Model;

/// <summary>What a day, a business day and a fiscal year are to the reader of a report.</summary>
/// <param name="Zone">The reporting time zone: it decides when a day begins.</param>
/// <param name="FiscalYearStartMonth">1 (January, the default) to 12. A fiscal year is named after the calendar year in
/// which it ends.</param>
/// <param name="Holidays">Days that are no business days even if they fall on Monday to Friday. Default: none.</param>
/// <remarks>Immutable and safe to share. Instants are returned in UTC.</remarks>
public sealed record ReportingCalendar(
    TimeZoneInfo Zone,
    int FiscalYearStartMonth = 1,
    IReadOnlySet<DateOnly>? Holidays = null)
{
    /// <summary>UTC, calendar years, no holidays.</summary>
    public static ReportingCalendar Utc { get; } = new(TimeZoneInfo.Utc);

    public int FiscalYearStartMonth { get; } = FiscalYearStartMonth is >= 1 and <= 12
        ? FiscalYearStartMonth
        : throw new ArgumentOutOfRangeException(
            nameof(FiscalYearStartMonth),
            FiscalYearStartMonth,
            "The fiscal year starts in a month from 1 (January, calendar years) to 12 (December).");

    public IReadOnlySet<DateOnly> Holidays { get; } = Holidays?.ToFrozenSet() ?? FrozenSet<DateOnly>.Empty;

    /// <param name="zone">An IANA name, such as <c>Europe/Berlin</c> or <c>UTC</c>; the database knows the same names.</param>
    /// <param name="fiscalStart">1 (January) to 12.</param>
    /// <param name="holidays">Days without business.</param>
    /// <exception cref="ArgumentException">The name is not one of the IANA database.</exception>
    public static ReportingCalendar Create(string zone, int fiscalStart, IEnumerable<DateOnly> holidays)
    {
        // In the wrong case a name is found only if the runtime has met the zone before, so the case is compared here.
        if (TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && found.HasIanaId && found.Id == zone)
            return new ReportingCalendar(found, fiscalStart, holidays.ToFrozenSet());

        var hint = TimeZoneInfo.TryConvertWindowsIdToIanaId(zone, out var iana)
            ? $"It is a Windows name; write '{iana}'."
            : "Write an IANA name (Region/City, spelled as in the tz database), such as 'Europe/Berlin', or 'UTC'.";
        throw new ArgumentException($"'{zone}' is not a known time zone. {hint}", nameof(zone));
    }

    /// <summary>The first instant of the day. Where the clocks skip midnight, the first instant after the gap; where they
    /// repeat it, the earlier one; for a day that the zone skipped altogether, the start of the next.</summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        var instant = InstantAt(midnight, Zone.GetUtcOffset(midnight));
        if (LocalTime(instant) != midnight) return FirstInstantNotBefore(midnight, instant);

        var earlier = InstantAt(midnight, Zone.GetUtcOffset(instant - LongestOverlap));
        return earlier < instant && LocalTime(earlier) == midnight ? earlier : instant;
    }

    /// <summary>The day whose start is the latest not after the instant.</summary>
    public DateOnly DayOf(DateTimeOffset instant)
    {
        var local = LocalTime(instant);
        var day = DateOnly.FromDateTime(local);

        // Where the clocks go back across midnight the wall shows yesterday again, though today has begun.
        return local.TimeOfDay >= TimeSpan.FromDays(1) - LongestOverlap && StartOf(day.AddDays(1)) <= instant
            ? day.AddDays(1)
            : day;
    }

    /// <summary>Elapsed time of the day: 24 h, 23 h or 25 h where the clocks change by one hour, 0 for a skipped day.</summary>
    public TimeSpan LengthOf(DateOnly day) => StartOf(day.AddDays(1)) - StartOf(day);

    /// <summary>Monday to Friday and no holiday.</summary>
    public bool IsBusinessDay(DateOnly day) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !Holidays.Contains(day);

    /// <summary>The elapsed time from <paramref name="a"/> to <paramref name="b"/> that falls on business days, in units of
    /// 24 hours (so Friday 18:00 to Monday 06:00 is 0.5). Summed in ticks of 100 ns; zero is a valid duration.</summary>
    /// <exception cref="ArgumentException"><paramref name="b"/> is before <paramref name="a"/>.</exception>
    public double BusinessDays(DateTimeOffset a, DateTimeOffset b)
    {
        if (b < a)
        {
            throw new ArgumentException(
                $"The duration from {a:O} to {b:O} is negative. Reject the record, or give the earlier instant first.",
                nameof(b));
        }

        var business = TimeSpan.Zero;
        var from = a;
        for (var day = DayOf(a); from < b; day = day.AddDays(1))
        {
            var next = StartOf(day.AddDays(1));
            var until = next < b ? next : b;
            if (IsBusinessDay(day)) business += until - from;
            from = until;
        }

        return (double)business.Ticks / TimeSpan.TicksPerDay;
    }

    /// <summary>The earliest instant at which that many business days (of 24 hours) have elapsed since
    /// <paramref name="from"/>.</summary>
    /// <param name="from">Where counting starts; zero days return it, even on a holiday.</param>
    /// <param name="days">Not negative; parts of a day are kept to 100 ns.</param>
    /// <remarks>Five business days that elapse at the end of a Friday have still only elapsed on Sunday: to ask whether
    /// something came in time, compare <see cref="BusinessDays"/> with the limit rather than instants.</remarks>
    public DateTimeOffset AddBusinessDays(DateTimeOffset from, decimal days)
    {
        if (days < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(days), days, "Business days are counted forward: give 0 or more.");
        }

        var left = TimeSpan.FromTicks((long)decimal.Round(days * TimeSpan.TicksPerDay));
        var at = from.ToUniversalTime();
        for (var day = DayOf(from); left > TimeSpan.Zero; day = day.AddDays(1))
        {
            var next = StartOf(day.AddDays(1));
            if (IsBusinessDay(day))
            {
                if (left <= next - at) return at + left;
                left -= next - at;
            }

            at = next;
        }

        return at;
    }

    /// <summary>The same zone, fiscal year and holidays, whatever the order in which the holidays were given.</summary>
    public bool Equals(ReportingCalendar? other) =>
        other is not null
        && Zone.Equals(other.Zone)
        && FiscalYearStartMonth == other.FiscalYearStartMonth
        && Holidays.SetEquals(other.Holidays);

    public override int GetHashCode() => HashCode.Combine(Zone, FiscalYearStartMonth, Holidays.Count);

    /// <summary>No zone has set its clocks back by more in one step since they were standardised.</summary>
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromHours(3);

    private static DateTimeOffset InstantAt(DateTime local, TimeSpan offset) => new(local.Ticks - offset.Ticks, TimeSpan.Zero);

    private DateTime LocalTime(DateTimeOffset instant) =>
        new(instant.UtcTicks + Zone.GetUtcOffset(instant).Ticks, DateTimeKind.Unspecified);

    private DateTimeOffset FirstInstantNotBefore(DateTime local, DateTimeOffset near)
    {
        // The widest gap on record is a whole day (Samoa crossing the date line), so two days either side enclose it.
        var (before, after) = (near.UtcTicks - 2 * TimeSpan.TicksPerDay, near.UtcTicks + 2 * TimeSpan.TicksPerDay);
        while (after - before > 1)
        {
            var middle = before + (after - before) / 2;
            if (LocalTime(new DateTimeOffset(middle, TimeSpan.Zero)) < local) before = middle;
            else after = middle;
        }

        return new DateTimeOffset(after, TimeSpan.Zero);
    }
}
