using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class IncidentRateTests
{
    private const string Kpi = "incident_rate";

    private const string Datasets = """
        # datasets
        dataset,tier
        orders,0
        customers,1

        """;

    [Fact]
    public async Task Only_severities_1_and_2_that_the_platform_caused_count()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,status,cause,detected_at
            i1,1,resolved,data_platform,2026-04-01T00:00:00Z
            i2,2,open,change,2026-05-01T00:00:00Z
            i3,2,,unknown,2026-05-01T00:00:00Z
            i4,1,open,,2026-05-01T00:00:00Z
            i5,3,open,change,2026-05-01T00:00:00Z
            i6,1,open,upstream,2026-05-01T00:00:00Z
            i7,2,open,infrastructure,2026-05-01T00:00:00Z
            i8,1,false_alarm,change,2026-05-01T00:00:00Z
            i9,1,duplicate,change,2026-05-01T00:00:00Z
            """);

        // i1 to i4 in three months.
        var row = await example.TotalAsync(Kpi);
        (row.Value, row.Numerator, row.Denominator).ShouldBe((4d / 3, 4m, 3m));
        (await example.EvidenceAsync(Kpi)).Where(o => o.Excluded is not null).ToDictionary(o => o.Record!.Key, o => o.Excluded)
            .ShouldBe(new Dictionary<string, string?>
            {
                ["i6"] = "cause upstream",
                ["i7"] = "cause infrastructure",
                ["i8"] = "false alarm",
                ["i9"] = "duplicate",
            }, ignoreOrder: true);
    }

    [Fact]
    public async Task An_incident_is_placed_by_its_detection_and_only_without_one_by_its_start()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,started_at,detected_at
            i1,1,2026-03-31T23:00:00Z,2026-04-01T00:00:00Z
            i2,1,2026-06-30T23:00:00Z,2026-07-01T00:00:00Z
            i3,1,2026-06-30T23:00:00Z,
            i4,1,,
            """);

        (await example.TotalAsync(Kpi)).Numerator.ShouldBe(2);
    }

    [Fact]
    public async Task A_period_that_is_not_over_counts_the_months_elapsed()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,detected_at
            i1,1,2026-04-20T00:00:00Z
            i2,1,2026-06-20T00:00:00Z
            """, now: "2026-05-16T12:00:00Z");

        // 45.5 of 91 days of three months: one and a half. i2 lies in the future.
        var row = await example.TotalAsync(Kpi);
        (row.Value, row.Numerator, row.Denominator).ShouldBe((1 / 1.5, 1m, 1.5m));
    }

    [Fact]
    public async Task A_part_of_a_month_counts_its_days_of_the_days_in_that_month()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,detected_at
            i1,1,2026-06-30T00:00:00Z
            """);

        // The week of 29 June: two days of June's 30, five of July's 31.
        (await example.TotalAsync(Kpi, "2026-W27")).Value!.Value.ShouldBe(1 / ((2 / 30d) + (5 / 31d)), 1e-12);
    }

    [Fact]
    public async Task An_incident_on_several_datasets_counts_once_under_the_most_critical_tier()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,detected_at,datasets
            i1,1,2026-04-20T00:00:00Z,customers;orders;customers
            """);

        var byTier = await example.ByAsync(Kpi, Dimension.Tier);

        byTier["0"].Value.ShouldBe(1 / 3d);
        byTier["1"].Value.ShouldBe(0);
        (await example.TotalAsync(Kpi)).Numerator.ShouldBe(1);
        (await example.ByAsync(Kpi, Dimension.Dataset)).Values.Select(r => r.Numerator).ShouldBe([1m, 1m]);
    }

    [Fact]
    public async Task A_quarter_without_incidents_is_0_where_a_file_vouches_for_it()
    {
        await using var example = await Example.OfAsync(Datasets + "# incidents\nincident_id,severity,detected_at");

        var row = await example.TotalAsync(Kpi);

        (row.Value, row.N, row.Status, row.Reason).ShouldBe((0, 0, KpiStatus.Met, null));
    }

    [Fact]
    public async Task A_quarter_without_incidents_is_unknown_where_nobody_vouches_for_it()
    {
        await using var example = await Example.OfAsync(Datasets);

        var row = await example.TotalAsync(Kpi);

        (row.Value, row.Status, row.Reason).ShouldBe((null, KpiStatus.NoData, "No source has delivered incidents yet."));
    }

    [Fact]
    public async Task Coverage_ends_with_the_import()
    {
        await using var example = await Example.OfAsync(
            Datasets + "# incidents\nincident_id,severity,detected_at", now: "2026-06-30T22:00:00Z");
        example.Database.Clock = new Storage.FixedClock("2026-08-01T00:00:00Z");

        (await example.TotalAsync(Kpi, "2026-05")).Value.ShouldBe(0);
        var row = await example.TotalAsync(Kpi);
        (row.Value, row.Status).ShouldBe((null, KpiStatus.NoData));
        row.Reason.ShouldBe("No record, and canonical vouches for incidents only until 2026-06-30 22:00 UTC.");
    }
}
