using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class SchemaChangeNoticeTests
{
    private const string Kpi = "schema_change_notice";

    [Fact]
    public async Task Notified_before_the_effect_or_within_an_hour_of_the_detection_is_in_time()
    {
        await using var example = await Example.OfAsync("""
            # schema_changes
            change_id,breaking,detected_at,effective_at,notified_at
            s1,true,2026-05-01T00:00:00Z,2026-05-10T00:00:00Z,2026-05-09T23:59:59.999999Z
            s2,true,2026-05-01T00:00:00Z,2026-05-10T00:00:00Z,2026-05-10T00:00:00Z
            s3,true,2026-05-01T00:00:00Z,2026-05-10T00:00:00Z,
            s4,true,2026-05-10T00:00:00Z,,2026-05-10T01:00:00Z
            s5,true,2026-05-10T00:00:00Z,,2026-05-10T01:00:00.000001Z
            s6,true,2026-05-10T00:00:00Z,,2026-05-01T00:00:00Z
            s7,false,2026-05-10T00:00:00Z,,
            s8,,2026-05-10T00:00:00Z,,
            s9,true,,,2026-05-10T00:00:00Z
            """);

        // s1, s4 and s6 of six; s7 and s8 break nothing, s9 has no moment.
        var row = await example.TotalAsync(Kpi);
        row.ShouldBeRatio(3, 6);
        row.Excluded.ShouldBe(0);
    }

    [Fact]
    public async Task A_change_is_placed_by_its_effect_and_only_without_one_by_its_detection()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier
            orders,,1
            orders,2026-06-01T00:00:00Z,0
            # schema_changes
            change_id,dataset,breaking,detected_at,effective_at,notified_at
            s1,orders,true,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,2026-03-01T00:00:00Z
            s2,orders,true,2026-05-01T00:00:00Z,2026-07-01T00:00:00Z,2026-05-01T00:00:00Z
            s3,orders,true,2026-05-01T00:00:00Z,2026-06-01T00:00:00Z,
            s4,orders,true,2026-06-30T23:59:59.999999Z,,2026-06-30T00:00:00Z
            s5,,true,2026-04-01T00:00:00Z,,
            """);

        var byTier = await example.ByAsync(Kpi, Dimension.Tier);

        byTier["1"].ShouldBeRatio(1, 1);
        byTier["0"].ShouldBeRatio(1, 2);
        byTier[""].ShouldBeRatio(0, 1);
    }

    [Fact]
    public async Task Within_its_hour_a_change_that_nobody_was_told_of_is_not_counted_yet()
    {
        await using var example = await Example.OfAsync("""
            # schema_changes
            change_id,breaking,detected_at,effective_at,notified_at
            s1,true,2026-05-10T00:00:00Z,,
            s2,true,2026-05-10T00:30:00Z,,2026-05-10T00:31:00Z
            s3,true,2026-05-10T00:30:00Z,2026-05-10T00:30:00Z,
            s4,true,2026-05-10T00:30:00Z,,2026-05-10T01:15:00Z
            """, now: "2026-05-10T01:00:00Z");

        // s3 took effect untold; of s4 nobody knows yet that there will be a notice.
        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 2);
        (await example.LeftOutAsync(Kpi)).ShouldBe(new Dictionary<string, string>
        {
            ["s1"] = "its hour is not over",
            ["s4"] = "its hour is not over",
        }, ignoreOrder: true);
        (await example.ChangesAsync(Kpi)).ShouldBe(new Dictionary<string, DateTimeOffset>
        {
            ["s1"] = new DateTimeOffset(2026, 5, 10, 1, 0, 0, TimeSpan.Zero).AddMicroseconds(1),
            ["s4"] = new DateTimeOffset(2026, 5, 10, 1, 15, 0, TimeSpan.Zero).AddMicroseconds(1),
        }, ignoreOrder: true);

        example.Database.Clock = new Storage.FixedClock("2026-05-10T01:00:00.000001Z");
        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 3);
        example.Database.Clock = new Storage.FixedClock("2026-05-10T02:00:00Z");
        (await example.TotalAsync(Kpi)).ShouldBeRatio(2, 4);
    }
}
