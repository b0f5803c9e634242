using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class PostmortemCompletionTests
{
    private const string Kpi = "postmortem_completion";

    [Fact]
    public async Task In_time_is_not_later_than_5_business_days_to_the_microsecond()
    {
        // From Friday 18:00: 6 h, four days, and 18 h of the Friday after.
        await using var example = await Example.OfAsync("""
            # incidents
            incident_id,severity,status,started_at,resolved_at,postmortem_published_at
            i1,1,resolved,2026-05-15T00:00:00Z,2026-05-15T18:00:00Z,2026-05-22T18:00:00Z
            i2,2,resolved,2026-05-15T00:00:00Z,2026-05-15T18:00:00Z,2026-05-22T18:00:00.000001Z
            i3,1,resolved,2026-05-15T00:00:00Z,2026-05-15T18:00:00Z,2026-05-15T12:00:00Z
            i4,1,resolved,2026-05-15T00:00:00Z,2026-05-15T18:00:00Z,
            i5,3,resolved,2026-05-15T00:00:00Z,2026-05-15T18:00:00Z,
            i6,1,open,2026-05-15T00:00:00Z,2026-05-15T18:00:00Z,
            i7,2,false_alarm,2026-05-15T00:00:00Z,2026-05-15T18:00:00Z,
            i8,2,,2026-05-15T00:00:00Z,2026-05-15T18:00:00Z,
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(2, 4);
        (await example.LeftOutAsync(Kpi)).ShouldBe(new Dictionary<string, string>
        {
            ["i6"] = "status open",
            ["i7"] = "status false alarm",
            ["i8"] = "status not given",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_weekend_and_a_holiday_give_time()
    {
        // Resolved on Saturday noon in Berlin: Friday the 22nd ends the fifth day. Monday is a holiday, so that Tuesday 00:00 is in time.
        await using var example = await Example.OfAsync(
            """
            # incidents
            incident_id,severity,status,resolved_at,postmortem_published_at
            i1,1,resolved,2026-05-16T12:00:00+02:00,2026-05-24T20:00:00+02:00
            i2,1,resolved,2026-05-16T12:00:00+02:00,2026-05-26T00:00:00+02:00
            i3,1,resolved,2026-05-16T12:00:00+02:00,2026-05-26T00:00:00.000001+02:00
            """,
            zone: "Europe/Berlin", holidays: new DateOnly(2026, 5, 25));

        (await example.TotalAsync(Kpi)).ShouldBeRatio(2, 3);
    }

    [Fact]
    public async Task Within_its_5_days_an_incident_without_a_postmortem_is_not_counted_yet()
    {
        await using var example = await Example.OfAsync("""
            # incidents
            incident_id,severity,status,resolved_at,postmortem_published_at
            i1,1,resolved,2026-05-15T18:00:00Z,
            i2,1,resolved,2026-05-22T12:00:00Z,2026-05-22T13:00:00Z
            i3,1,resolved,2026-05-22T12:00:00Z,2026-05-23T00:00:00Z
            """, now: "2026-05-22T18:00:00Z");

        // i3 will have one tomorrow, but that is not known yet.
        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 1);
        (await example.LeftOutAsync(Kpi)).ShouldBe(new Dictionary<string, string>
        {
            ["i1"] = "its five business days are not over",
            ["i3"] = "its five business days are not over",
        }, ignoreOrder: true);

        example.Database.Clock = new Storage.FixedClock("2026-05-22T18:00:00.000001Z");
        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 2);
    }

    [Theory]
    [InlineData("2026-05-18T09:00:00Z", "2026-05-15T18:00:00Z", "2026-05-22T18:00:00.000001Z")]
    [InlineData("2026-05-22T18:00:00Z", "2026-05-15T18:00:00Z", "2026-05-22T18:00:00.000001Z")]
    [InlineData("2026-05-18T09:00:00Z", "2026-05-16T12:00:00Z", "2026-05-26T00:00:00.000001Z")]
    [InlineData("2026-05-23T12:00:00Z", "2026-05-16T12:00:00Z", "2026-05-26T00:00:00.000001Z")]
    [InlineData("2026-05-22T20:00:00Z", "2026-05-22T19:00:00Z", "2026-06-01T19:00:00.000001Z")]
    public async Task The_row_says_when_its_5_days_are_over(string now, string resolved, string changes)
    {
        await using var example = await Example.OfAsync(
            $"# incidents\nincident_id,severity,status,resolved_at\ni1,1,resolved,{resolved}", now, holidays: new DateOnly(2026, 5, 25));

        (await example.ChangesAsync(Kpi)).ShouldBe(new Dictionary<string, DateTimeOffset>
        {
            ["i1"] = DateTimeOffset.Parse(changes, System.Globalization.CultureInfo.InvariantCulture),
        });
    }

    [Fact]
    public async Task An_incident_is_placed_by_its_resolution_under_the_tier_of_that_moment()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier
            orders,,1
            orders,2026-06-01T00:00:00Z,0
            # incidents
            incident_id,severity,status,datasets,started_at,resolved_at,postmortem_published_at
            i1,1,resolved,orders,2026-03-01T00:00:00Z,2026-03-31T23:59:59.999999Z,2026-04-01T00:00:00Z
            i2,1,resolved,orders,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,2026-04-01T00:00:00Z
            i3,1,resolved,orders,2026-03-01T00:00:00Z,2026-06-01T00:00:00Z,
            i4,1,resolved,orders,2026-03-01T00:00:00Z,2026-07-01T00:00:00Z,2026-07-01T00:00:00Z
            """);

        var byTier = await example.ByAsync(Kpi, Dimension.Tier);

        byTier["1"].ShouldBeRatio(1, 1);
        byTier["0"].ShouldBeRatio(0, 1);
    }
}
