using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class MeanTimeToResolveTests
{
    private const string Datasets = """
        # datasets
        dataset,valid_from,tier
        orders,,1
        orders,2026-06-01T00:00:00Z,0

        """;

    [Fact]
    public async Task Sev_1_is_the_mean_of_clock_hours_whatever_the_cause()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,status,cause,started_at,detected_at,resolved_at
            i1,1,resolved,upstream,2026-05-01T00:00:00Z,2026-05-01T05:00:00Z,2026-05-01T06:00:00Z
            i2,1,resolved,change,,2026-05-02T23:00:00Z,2026-05-03T01:00:00Z
            i3,2,resolved,change,2026-05-01T00:00:00Z,,2026-05-09T00:00:00Z
            """);

        // i1 from its start: 6 h; i2 has only its detection: 2 h. (6 + 2) / 2 = 4.
        var row = await example.TotalAsync("mttr_sev1");
        (row.Value, row.Numerator, row.Denominator, row.N).ShouldBe((4, 8m, 2m, 2));
    }

    [Fact]
    public async Task Only_incidents_whose_status_is_resolved_count_and_those_left_out_say_why()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,status,started_at,resolved_at
            i1,1,resolved,2026-05-01T00:00:00Z,2026-05-01T01:00:00Z
            i2,1,open,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z
            i3,1,false_alarm,2026-05-01T00:00:00Z,2026-05-03T00:00:00Z
            i4,1,duplicate,2026-05-01T00:00:00Z,2026-05-04T00:00:00Z
            i5,1,resolved,,2026-05-05T00:00:00Z
            i6,1,resolved,2026-05-01T00:00:00Z,
            i7,1,,2026-05-01T00:00:00Z,2026-05-06T00:00:00Z
            """);

        (await example.TotalAsync("mttr_sev1")).Value.ShouldBe(1);
        (await example.EvidenceAsync("mttr_sev1")).Select(o => (o.Record!.Key, o.Excluded)).ShouldBe(
        [
            ("i1", null), ("i2", "status open"), ("i3", "status false alarm"), ("i4", "status duplicate"),
            ("i5", "no start is known"), ("i7", "status not given"),
        ]);
    }

    [Fact]
    public async Task An_incident_straddling_the_boundary_counts_whole_in_the_quarter_of_its_resolution()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,status,started_at,resolved_at
            i1,1,resolved,2026-03-31T20:00:00Z,2026-04-01T00:00:00Z
            i2,1,resolved,2026-06-30T22:00:00Z,2026-06-30T23:59:59.999999Z
            i3,1,resolved,2026-06-30T14:00:00Z,2026-07-01T00:00:00Z
            """);

        // Half-open: i1 ends at the very start of Q2 and is in it, with all its 4 h; i3 ends at the start of Q3, with 10 h.
        var second = await example.TotalAsync("mttr_sev1");
        second.N.ShouldBe(2);
        second.Value!.Value.ShouldBe((4 + (7199.999999 / 3600)) / 2, 1e-9);
        (await example.TotalAsync("mttr_sev1", "2026-Q1")).N.ShouldBe(0);
        (await example.TotalAsync("mttr_sev1", "2026-Q3")).Value.ShouldBe(10);
    }

    [Fact]
    public async Task Duplicates_and_replays_change_nothing()
    {
        const string incidents = """
            # incidents
            incident_id,severity,status,started_at,resolved_at,updated_at
            i1,1,resolved,2026-05-01T00:00:00Z,2026-05-01T02:00:00Z,2026-05-02T00:00:00Z
            i2,1,resolved,2026-05-03T00:00:00Z,2026-05-03T04:00:00Z,2026-05-04T00:00:00Z
            i2,1,resolved,2026-05-03T00:00:00Z,2026-05-03T04:00:00Z,2026-05-04T00:00:00Z
            """;
        await using var example = await Example.OfAsync(Datasets + incidents);
        var first = await example.TotalAsync("mttr_sev1");
        (first.N, first.Value).ShouldBe((2, 3));

        await example.ImportAsync(incidents);
        await example.ImportAsync("""
            # incidents
            incident_id,severity,status,started_at,resolved_at,updated_at
            i2,1,resolved,2026-05-03T00:00:00Z,2026-05-03T23:00:00Z,2026-05-03T12:00:00Z
            """);

        // The older version of i2, come late, does not take the place of the newer one.
        var again = await example.TotalAsync("mttr_sev1");
        (again.N, again.Value).ShouldBe((2, 3));
    }

    [Fact]
    public async Task A_reopened_incident_counts_once_with_its_last_resolution()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,status,started_at,resolved_at
            i1,1,resolved,2026-05-01T00:00:00Z,2026-05-01T01:00:00Z
            """);
        await example.ImportAsync("""
            # incidents
            incident_id,severity,status,started_at,resolved_at
            i1,1,open,2026-05-01T00:00:00Z,
            """);
        await example.ImportAsync("""
            # incidents
            incident_id,severity,status,started_at,resolved_at,updated_at
            i1,1,resolved,2026-05-01T00:00:00Z,2026-05-01T09:00:00Z,2026-11-22T00:00:00Z
            """);

        var row = await example.TotalAsync("mttr_sev1");

        (row.Value, row.N).ShouldBe((9, 1));
    }

    [Fact]
    public async Task Open_incidents_are_shown_beside_the_mean()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,status,started_at,resolved_at
            i1,1,open,2026-06-30T00:00:00Z,
            i2,2,resolved,2026-06-29T00:00:00Z,2026-07-01T00:00:00Z
            i3,2,resolved,2026-06-29T00:00:00Z,2026-06-30T00:00:00Z
            i4,1,false_alarm,2026-06-30T00:00:00Z,
            i5,3,open,2026-06-30T00:00:00Z,
            i6,1,open,2026-07-01T00:00:00Z,
            i7,2,open,2026-06-28T00:00:00Z,2026-06-28T12:00:00Z
            """);

        // At the end of June i1 and i2 were open; i6 began with July; i7 was resolved once and is open again.
        (await example.TotalAsync("open_incidents")).Value.ShouldBe(3);
        (await example.EvidenceAsync("open_incidents")).Select(o => (o.Record!.Key, o.Value)).ShouldBe([("i1", 24), ("i2", 48), ("i7", 72)]);
        (await example.TotalAsync("oldest_open_incident")).Value.ShouldBe(72);
        (await example.TotalAsync("mttr_sev1")).Status.ShouldBe(KpiStatus.NoData);
    }

    [Fact]
    public async Task An_incident_is_placed_by_its_resolution_under_the_tier_of_that_moment()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,status,started_at,resolved_at,datasets
            i1,1,resolved,2026-03-31T22:00:00Z,2026-04-01T00:00:00Z,orders
            i2,1,resolved,2026-05-31T21:00:00Z,2026-06-01T00:00:00Z,orders
            i3,1,resolved,2026-06-30T00:00:00Z,2026-07-01T00:00:00Z,orders
            """);

        var byTier = await example.ByAsync("mttr_sev1", Dimension.Tier);

        (byTier["1"].Value, byTier["0"].Value).ShouldBe((2, 3));
    }

    [Fact]
    public async Task Sev_2_is_measured_in_business_days_of_the_reporting_zone_less_the_holidays()
    {
        await using var example = await Example.OfAsync(
            Datasets + """
            # incidents
            incident_id,severity,status,started_at,resolved_at
            i1,2,resolved,2026-05-15T18:00:00+02:00,2026-05-18T06:00:00+02:00
            i2,2,resolved,2026-05-22T00:00:00+02:00,2026-05-26T12:00:00+02:00
            i3,2,resolved,2026-05-16T00:00:00+02:00,2026-05-17T00:00:00+02:00
            i4,2,resolved,2026-05-20T12:00:00+02:00,2026-05-20T12:00:00+02:00
            """,
            zone: "Europe/Berlin", holidays: new DateOnly(2026, 5, 25));

        // i1 Friday 18:00 to Monday 06:00: 6 h + 6 h = 0.5. i2 Friday to Tuesday noon, Monday a holiday: 1 + 0.5. i3 a Saturday: 0.
        // i4 at once: 0. (0.5 + 1.5 + 0 + 0) / 4.
        var row = await example.TotalAsync("mttr_sev2");
        (row.Value, row.Numerator, row.N).ShouldBe((0.5, 2m, 4));
    }

    [Fact]
    public async Task Business_hours_are_elapsed_hours_also_where_the_clocks_change()
    {
        // Lord Howe sets its clocks back by half an hour on Sunday 5 April: Monday has 24 hours, Friday too.
        await using var example = await Example.OfAsync(
            Datasets + """
            # incidents
            incident_id,severity,status,started_at,resolved_at
            i1,2,resolved,2026-04-03T13:00:00Z,2026-04-06T01:30:00Z
            """,
            zone: "Australia/Lord_Howe");

        // Saturday begins at 13:00Z (+11), Monday at 13:30Z on Sunday (+10:30): 12 h.
        (await example.TotalAsync("mttr_sev2")).Value.ShouldBe(0.5);
    }

    [Fact]
    public async Task Durations_far_apart_still_add_up()
    {
        var incidents = string.Join('\n', Enumerable.Range(0, 60).Select(i =>
            $"i{i},1,resolved,2020-01-01T00:00:00.{i:000000}Z,2026-05-01T00:00:0{i % 10}.123457Z"));
        await using var example = await Example.OfAsync(
            Datasets + "# incidents\nincident_id,severity,status,started_at,resolved_at\n" + incidents);
        await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);

        // 2312 days, and on average 4.5 s + 123457 µs - 29.5 µs.
        (await example.TotalAsync("mttr_sev1")).Value!.Value.ShouldBe((2312 * 24) + ((4.5 + 0.123457 - 0.0000295) / 3600), 1e-9);
    }
}
