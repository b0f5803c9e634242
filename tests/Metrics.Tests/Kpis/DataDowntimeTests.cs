using Metrics.Model;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Kpis;

public sealed class DataDowntimeTests
{
    private const string Kpi = "data_downtime";

    [Fact]
    public async Task Incident_hours_are_clipped_to_the_period_and_overlaps_count_twice()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier
            orders,0
            customers,1
            # incidents
            incident_id,severity,status,started_at,detected_at,resolved_at,datasets
            i1,1,resolved,2026-03-31T20:00:00Z,,2026-04-01T05:00:00Z,orders
            i2,2,resolved,2026-04-01T02:00:00Z,,2026-04-01T03:30:00Z,customers;orders
            i3,3,resolved,,2026-06-30T22:00:00Z,2026-07-02T00:00:00Z,customers
            i4,4,resolved,2026-05-01T00:00:00Z,,2026-05-02T00:00:00Z,orders
            i5,1,false_alarm,2026-05-01T00:00:00Z,,2026-05-01T10:00:00Z,orders
            i6,1,duplicate,2026-05-01T00:00:00Z,,2026-05-01T10:00:00Z,orders
            i7,1,resolved,2026-05-01T00:00:00Z,,,orders
            i8,1,resolved,2026-05-01T00:00:00Z,,2026-05-01T00:00:00Z,orders
            """);

        // i1 5 hours of the quarter, i2 1.5 at the same time, i3 2. i7 ended, and nobody says when; i8 lasted no time.
        var row = await example.TotalAsync(Kpi);
        (row.Value, row.N, row.Excluded, row.Numerator, row.Lower).ShouldBe((8.5, 3, 3, null, null));
        var byTier = await example.ByAsync(Kpi, Dimension.Tier);
        (byTier["0"].Value, byTier["1"].Value).ShouldBe((6.5, 2));
        var byDataset = await example.ByAsync(Kpi, Dimension.Dataset);
        (byDataset["orders"].Value, byDataset["customers"].Value).ShouldBe((6.5, 3.5));
        (await example.TotalAsync(Kpi, "2026-04-01")).Value.ShouldBe(6.5);
        (await example.TotalAsync(Kpi, "2026-03-31")).Value.ShouldBe(4);
        (await example.EvidenceAsync(Kpi)).Where(o => o.Excluded is not null).Select(o => o.Excluded).Order()
            .ShouldBe(["duplicate", "false alarm", "resolved, and nobody says when"]);
    }

    [Fact]
    public async Task Each_day_counts_under_the_tier_at_its_start()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier,team
            orders,,2,a
            orders,2026-05-02T12:00:00Z,0,b
            # incidents
            incident_id,severity,started_at,resolved_at,datasets
            i1,1,2026-05-01T18:00:00Z,2026-05-03T06:00:00Z,orders
            """);

        // 6 + 24 hours of days that began under Tier 2, 6 of the third.
        var byTier = await example.ByAsync(Kpi, Dimension.Tier);
        (byTier["2"].Value, byTier["0"].Value).ShouldBe((30, 6));
        var byTeam = await example.ByAsync(Kpi, Dimension.Team);
        (byTeam["a"].Value, byTeam["b"].Value).ShouldBe((30, 6));
    }

    [Fact]
    public async Task The_hours_of_a_day_on_which_the_clocks_change_are_those_there_were()
    {
        await using var example = await Example.OfAsync("""
            # incidents
            incident_id,severity,started_at,resolved_at
            i1,1,2026-03-20T00:00:00Z,2026-04-20T00:00:00Z
            """, zone: "Europe/Berlin");

        (await example.TotalAsync(Kpi, "2026-03-29")).Value.ShouldBe(23);
        (await example.TotalAsync(Kpi, "2026-03-30")).Value.ShouldBe(24);
    }

    [Fact]
    public async Task An_open_incident_goes_on_without_new_data()
    {
        await using var example = await Example.OfAsync("""
            # incidents
            incident_id,severity,status,started_at
            i1,1,open,2026-05-10T12:00:00Z
            i2,1,open,2026-05-12T12:00:00Z
            """, now: "2026-05-11T12:00:00Z");
        foreach (var (now, hours) in new[] { ("2026-05-11T12:00:00Z", 24d), ("2026-05-11T18:30:00Z", 30.5), ("2026-05-13T12:00:00Z", 96) })
        {
            example.Database.Clock = new FixedClock(now);
            await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
            (await example.TotalAsync(Kpi, "2026-05")).Value.ShouldBe(hours);
        }

        // A day that is over keeps its hours.
        (await example.TotalAsync(Kpi, "2026-05-11")).Value.ShouldBe(24);
    }

    [Fact]
    public async Task No_record_is_0_only_where_somebody_vouches_for_it()
    {
        await using var covered = await Example.OfAsync("# datasets\ndataset,tier\norders,0\n# incidents\nincident_id,severity,started_at");
        await using var unknown = await Example.OfAsync("# datasets\ndataset,tier\norders,0");

        (await covered.TotalAsync(Kpi)).Value.ShouldBe(0);
        (await covered.ByAsync(Kpi, Dimension.Tier))["0"].Value.ShouldBe(0);
        var row = await unknown.TotalAsync(Kpi);
        (row.Value, row.Status, row.Reason).ShouldBe((null, KpiStatus.NoData, "No source has delivered incidents yet."));
    }

    [Fact]
    public async Task Time_to_detect_and_to_resolve_stand_beside_it_and_no_interval_is_below_zero()
    {
        await using var example = await Example.OfAsync("""
            # incidents
            incident_id,severity,status,started_at,detected_at,resolved_at
            i1,1,resolved,2026-05-01T00:00:00Z,2026-05-01T01:00:00Z,2026-05-01T04:00:00Z
            i2,3,resolved,2026-05-02T00:00:00Z,2026-05-02T03:00:00Z,2026-05-02T10:00:00Z
            i3,4,resolved,2026-05-02T00:00:00Z,2026-05-02T23:00:00Z,2026-05-02T23:00:00Z
            i4,2,open,2026-05-03T04:00:00Z,2026-05-03T03:00:00Z,
            i5,2,open,,2026-05-03T03:00:00Z,
            i6,2,duplicate,2026-05-01T00:00:00Z,2026-05-03T03:00:00Z,2026-05-03T03:00:00Z
            """);

        // Detected after 1 and 3 hours, resolved after 4 and 10: 2 ± 12.7 and 7 ± 38.1, and no duration is negative.
        var detect = await example.TotalAsync("time_to_detect");
        (detect.Value, detect.N, detect.Excluded, detect.Lower).ShouldBe((2, 2, 3, 0));
        detect.Upper!.Value.ShouldBe(14.706, 1e-3);
        var resolve = await example.TotalAsync("time_to_resolve");
        (resolve.Value, resolve.N, resolve.Lower).ShouldBe((7, 2, 0));
    }
}
