using Metrics.GraphQL;
using Metrics.Model;

namespace Metrics.Server.Api;

/// <summary>Which time: a period by name, or the last ones that are over.</summary>
/// <param name="Period">By name.</param>
/// <param name="Last">The last complete buckets before now.</param>
[OneOf]
public sealed record PeriodInput(Period? Period, RelativePeriodInput? Last)
{
    internal Period Resolve(ReportingCalendar calendar, DateTimeOffset now) => Period ?? Last!.Resolve(calendar, now);
}

/// <summary>The last complete buckets of a grain.</summary>
/// <param name="Grain">How long each is.</param>
/// <param name="Count">How many, 1 to 400.</param>
public sealed record RelativePeriodInput(Grain Grain, int Count = 1)
{
    private const int Most = 400;

    internal Period Resolve(ReportingCalendar calendar, DateTimeOffset now)
    {
        if (Count is < 1 or > Most) throw new GraphQLException($"count is {Count}; allowed are 1 to {Most}.", ErrorCodes.BadInput);
        var last = Period.Containing(calendar.DayOf(now), Grain, calendar).Previous;
        var first = last;
        for (var i = 1; i < Count; i++) first = first.Previous;
        return Count == 1 ? last : Period.Between(first.Start, last.End, calendar);
    }
}
