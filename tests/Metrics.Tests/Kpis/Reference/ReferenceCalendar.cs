namespace Metrics.Tests.Kpis.Reference;

/// <summary>Days in a zone, found by walking along the clock.</summary>
public sealed class ReferenceCalendar(string zone, IReadOnlySet<DateOnly> holidays)
{
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(zone);
    private readonly Dictionary<DateOnly, DateTimeOffset> starts = [];

    /// <summary>The month in which the fiscal year begins.</summary>
    public int FiscalStart { get; init; } = 1;

    /// <summary>The first instant at which the wall shows that date (or a later one).</summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        if (starts.TryGetValue(day, out var known)) return known;
        var at = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddHours(-15);
        while (DateAt(at) < day) at = at.AddMinutes(15);
        return starts[day] = at;
    }

    public DateOnly DayOf(DateTimeOffset at)
    {
        var day = DateAt(at).AddDays(1);
        while (StartOf(day) > at) day = day.AddDays(-1);
        return day;
    }

    public double BusinessDays(DateTimeOffset from, DateTimeOffset to)
    {
        var total = TimeSpan.Zero;
        for (var day = DayOf(from); StartOf(day) < to; day = day.AddDays(1))
        {
            if (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || holidays.Contains(day)) continue;
            var start = Max(from, StartOf(day));
            var end = Min(to, StartOf(day.AddDays(1)));
            if (end > start) total += end - start;
        }

        return total / TimeSpan.FromDays(1);
    }

    /// <summary>A local time of a zone as an instant: moved forward by a gap; of a repeated time the later one.</summary>
    public static DateTimeOffset Instant(DateOnly day, TimeOnly time, string zoneName)
    {
        var there = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        var local = day.ToDateTime(time);
        if (there.IsInvalidTime(local)) return new DateTimeOffset(local, there.GetUtcOffset(local.AddHours(-4)));
        var offset = there.IsAmbiguousTime(local) ? there.GetAmbiguousTimeOffsets(local).Min() : there.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }

    public static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    public static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private DateOnly DateAt(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
}
