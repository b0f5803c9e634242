using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class BackfillTimeTests
{
    private const string Kpi = "backfill_time";

    [Fact]
    public async Task The_median_runs_from_detection_else_request_to_completion_in_hours()
    {
        await using var example = await Example.OfAsync("""
            # backfills
            backfill_id,cancelled,issue_detected_at,requested_at,started_at,completed_at
            b1,,2026-05-01T00:00:00Z,2026-05-01T10:00:00Z,2026-05-01T11:00:00Z,2026-05-01T12:00:00Z
            b2,false,,2026-05-02T00:00:00Z,2026-05-03T00:00:00Z,2026-05-03T06:00:00Z
            b3,,2026-05-01T00:00:00Z,,,2026-05-05T00:00:00Z
            b4,true,2026-05-01T00:00:00Z,,,2026-05-06T00:00:00Z
            b5,,,,2026-05-01T00:00:00Z,2026-05-07T00:00:00Z
            b6,,2026-05-09T00:00:00Z,2026-05-01T00:00:00Z,,2026-05-08T00:00:00Z
            b7,,2026-05-01T00:00:00Z,,,
            """);

        // 12, 30 and 96 hours.
        var row = await example.TotalAsync(Kpi);
        (row.Value, row.N, row.Status).ShouldBe((30, 3, KpiStatus.NoTarget));
        (await example.EvidenceAsync(Kpi)).Where(o => o.Excluded is null).Select(o => (o.Record!.Key, o.Value))
            .ShouldBe([("b2", 30), ("b1", 12), ("b3", 96)], ignoreOrder: true);
        (await example.LeftOutAsync(Kpi)).ShouldBe(new Dictionary<string, string>
        {
            ["b4"] = "cancelled",
            ["b5"] = "neither detection nor request is known",
            ["b6"] = "issue_detected_at 2026-05-09 00:00:00 UTC lies after completed_at 2026-05-08 00:00:00 UTC",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task Tiers_0_and_1_are_judged_and_all_count_in_the_total()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier
            orders,,0
            stock,,1
            stock,2026-06-01T00:00:00Z,2
            # backfills
            backfill_id,dataset,requested_at,completed_at
            b1,orders,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z
            b2,orders,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z
            b3,orders,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z
            b4,stock,2026-05-28T00:00:00Z,2026-05-31T00:00:00Z
            b5,stock,2026-05-28T00:00:00Z,2026-05-31T00:00:01Z
            b6,stock,2026-05-28T00:00:00Z,2026-05-31T00:00:02Z
            b7,stock,2026-05-29T00:00:00Z,2026-06-01T00:00:00Z
            b8,,2026-05-29T00:00:00Z,2026-06-01T00:00:00Z
            """);

        // Exactly a day is within 24 hours; 72 hours and a second is beyond, by less than 10 %.
        var byTier = await example.ByAsync(Kpi, Dimension.Tier);
        (byTier["0"].Value, byTier["0"].Status).ShouldBe((24, KpiStatus.Met));
        (byTier["1"].Value!.Value, byTier["1"].Status).ShouldBe((72 + 1 / 3600d, KpiStatus.AtRisk));
        (byTier["2"].N, byTier["2"].Status).ShouldBe((1, KpiStatus.NoTarget));
        byTier[""].N.ShouldBe(1);
        (await example.TotalAsync(Kpi)).N.ShouldBe(8);
    }

    [Fact]
    public async Task Hours_are_elapsed_hours_also_where_the_clocks_change_and_completion_places_them()
    {
        // Berlin's quarter begins at 22:00Z on 31 March; its clocks went forward on the 29th, between detection and completion.
        await using var example = await Example.OfAsync("""
            # backfills
            backfill_id,issue_detected_at,completed_at
            b1,2026-03-28T00:00:00+01:00,2026-04-01T00:00:00+02:00
            b2,2026-03-28T00:00:00+01:00,2026-03-31T21:59:59.999999Z
            b3,2026-03-28T00:00:00+01:00,2026-06-30T22:00:00Z
            """, zone: "Europe/Berlin");

        var row = await example.TotalAsync(Kpi);
        (row.Value, row.N, row.Status).ShouldBe((95, 1, KpiStatus.InsufficientData));
    }
}
