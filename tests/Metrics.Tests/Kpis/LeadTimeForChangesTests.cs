using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class LeadTimeForChangesTests
{
    private const string Kpi = "lead_time_for_changes";

    [Fact]
    public async Task The_median_runs_from_approval_to_deployment_in_clock_days()
    {
        await using var example = await Example.OfAsync("""
            # changes
            change_id,kind,approved_at,deployed_at
            c1,standard,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z
            c2,standard,2026-05-01T00:00:00Z,2026-05-11T12:00:00Z
            c3,standard,2026-05-01T00:00:00Z,2026-05-05T00:00:00Z
            """);

        // 1, 10.5 and 4 days, weekends included.
        var row = await example.TotalAsync(Kpi);
        (row.Value, row.Numerator, row.Denominator, row.N, row.Status).ShouldBe((4, null, null, 3, KpiStatus.Exceeded));
    }

    [Fact]
    public async Task Only_standard_changes_that_were_approved_and_not_cancelled_count()
    {
        await using var example = await Example.OfAsync("""
            # changes
            change_id,kind,cancelled,approved_at,deployed_at
            c1,standard,,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z
            c2,emergency,false,2026-05-01T00:00:00Z,2026-05-03T00:00:00Z
            c3,project,,2026-05-01T00:00:00Z,2026-05-04T00:00:00Z
            c4,,,2026-05-01T00:00:00Z,2026-05-05T00:00:00Z
            c5,standard,true,2026-05-01T00:00:00Z,2026-05-06T00:00:00Z
            c6,standard,,,2026-05-07T00:00:00Z
            c7,standard,,2026-05-01T00:00:00Z,
            """);

        var row = await example.TotalAsync(Kpi);

        (row.Value, row.N, row.Status).ShouldBe((1, 1, KpiStatus.InsufficientData));
        (await example.LeftOutAsync(Kpi)).ShouldBe(new Dictionary<string, string>
        {
            ["c2"] = "kind emergency",
            ["c3"] = "kind project",
            ["c4"] = "kind not given",
            ["c5"] = "cancelled",
            ["c6"] = "no approval time",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_change_is_placed_by_its_deployment_in_the_reporting_zone_under_the_tier_of_that_moment()
    {
        // The quarter is 1 April 00:00 to 1 July 00:00 in New York: 04:00Z to 04:00Z.
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier
            orders,,1
            orders,2026-06-01T00:00:00Z,0
            customers,,2
            # changes
            change_id,kind,approved_at,deployed_at,datasets
            c1,standard,2026-03-01T00:00:00Z,2026-04-01T03:59:59.999999Z,orders
            c2,standard,2026-03-30T04:00:00Z,2026-04-01T04:00:00Z,orders
            c3,standard,2026-06-01T00:00:00Z,2026-07-01T03:59:59.999999Z,customers;orders
            c4,standard,2026-03-01T00:00:00Z,2026-07-01T04:00:00Z,orders
            c5,standard,2026-05-30T00:00:00Z,2026-05-31T23:59:59.999999Z,orders
            c6,standard,2026-05-31T00:00:00Z,2026-06-01T00:00:00Z,orders
            """, zone: "America/New_York");

        var byTier = await example.ByAsync(Kpi, Dimension.Tier);

        (byTier["1"].N, byTier["0"].N, byTier["2"].N).ShouldBe((2, 2, 0));
        (await example.TotalAsync(Kpi)).N.ShouldBe(4);
        (await example.EvidenceAsync(Kpi)).Select(o => o.Record!.Key).ShouldBe(["c2", "c5", "c6", "c3"]);
    }
}
