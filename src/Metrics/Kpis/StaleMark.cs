using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>A time that a batch touched; null means since ever, or for ever.</summary>
internal sealed record StaleMark(long Mark, DateTime? From, DateTime? To)
{
    /// <summary>The first and last day it makes stale. A state is read at the start of its day: the day after is touched too.</summary>
    public (DateOnly From, DateOnly To) Days(ReportingCalendar calendar, bool state)
    {
        var from = From is { } starts ? calendar.DayOf(new DateTimeOffset(starts, TimeSpan.Zero)) : DateOnly.MinValue;
        var to = To is { } ends ? calendar.DayOf(new DateTimeOffset(ends.AddMicroseconds(-1), TimeSpan.Zero)) : DateOnly.MaxValue;
        return (from, state && to < DateOnly.MaxValue ? to.AddDays(1) : to);
    }
}
