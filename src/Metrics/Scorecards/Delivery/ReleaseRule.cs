using Metrics.Model;

namespace Metrics.Scorecards.Delivery;

/// <summary>When the scorecards of a quarter go out.</summary>
/// <param name="BusinessDay">1 for the first business day after the quarter. Default: 3.</param>
/// <param name="Time">Of that day, in the reporting zone. Default: 09:00.</param>
public sealed record ReleaseRule(int BusinessDay, TimeOnly Time)
{
    public static ReleaseRule Default { get; } = new(3, new TimeOnly(9, 0));

    /// <summary>In place of day and time: its first moment that is not before the period's end.</summary>
    public Cron? Cron { get; init; }

    /// <summary>The moment for a period. Where the clocks skip that time, as much later as they skip; where they repeat it, the first.</summary>
    public DateTimeOffset DueAt(Period period, ReportingCalendar calendar)
    {
        if (Cron is not null) return Cron.After(calendar.StartOf(period.End).AddTicks(-1)).ToUniversalTime();
        var day = period.End;
        for (var left = BusinessDay; ; day = day.AddDays(1))
            if (calendar.IsBusinessDay(day) && --left <= 0) break;

        var local = day.ToDateTime(Time);
        if (calendar.Zone.IsInvalidTime(local))
        {
            var before = calendar.Zone.GetUtcOffset(local.AddHours(-3));
            return new DateTimeOffset(local, before).ToUniversalTime();
        }

        var offset = calendar.Zone.IsAmbiguousTime(local) ? calendar.Zone.GetAmbiguousTimeOffsets(local).Max() : calendar.Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
