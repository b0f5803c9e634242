using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class FreshnessAdherenceTests
{
    private const string Kpi = "freshness_adherence";

    [Fact]
    public async Task Maximum_age_counts_the_share_of_the_day_in_which_the_last_load_was_young_enough()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier,freshness_max_age
            orders,0,PT6H
            # pipeline_runs
            pipeline,run_id,attempt,ended_at,state,datasets
            load,r0,1,2026-04-01T12:00:00Z,success,orders
            load,r1,1,2026-04-01T22:00:00Z,success,orders
            load,r2,1,2026-04-02T02:00:00Z,success,orders
            load,r3,1,2026-04-02T05:00:00Z,failed,orders
            load,r4,1,2026-04-02T20:00:00Z,success,orders
            """);

        // 2 April: 00:00 to 08:00 (from 22:00 and 02:00) and 20:00 to 24:00 = 12 h of 24.
        (await example.TotalAsync(Kpi, "2026-04-02")).ShouldBeRatio(0.5m, 1);

        // 3 April: until 02:00 = 2 h of 24.
        (await example.TotalAsync(Kpi, "2026-04-03")).Value!.Value.ShouldBe(2d / 24, 1e-12);
    }

    [Fact]
    public async Task The_day_of_the_first_ever_load_is_not_observed_even_if_it_ended_at_midnight()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier,freshness_max_age
            orders,0,P1D
            # pipeline_runs
            pipeline,run_id,attempt,ended_at,state,datasets
            load,r0,1,2026-04-01T00:00:00Z,failed,orders
            load,r1,1,2026-04-02T00:00:00Z,success,orders
            """);

        (await example.TotalAsync(Kpi, "2026-04-01")).N.ShouldBe(0);
        (await example.TotalAsync(Kpi, "2026-04-02")).N.ShouldBe(0);
        (await example.TotalAsync(Kpi, "2026-04-03")).ShouldBeRatio(0, 1);
    }

    [Theory]
    [InlineData("2026-03-29", 23)]
    [InlineData("2026-10-25", 25)]
    public async Task A_day_on_which_the_clocks_change_has_its_real_length(string day, int hours)
    {
        await using var example = await Example.OfAsync(
            $"""
            # datasets
            dataset,tier,freshness_max_age
            orders,0,PT12H
            # pipeline_runs
            pipeline,run_id,attempt,ended_at,state,datasets
            load,r0,1,2026-01-01T00:00:00Z,success,orders
            load,r1,1,{day}T00:00:00{(hours == 23 ? "+01:00" : "+02:00")},success,orders
            """, zone: "Europe/Berlin");

        (await example.TotalAsync(Kpi, day)).Value!.Value.ShouldBe(12d / hours, 1e-12);
    }

    [Fact]
    public async Task A_deadline_includes_its_own_instant_and_excludes_the_one_24_hours_before()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier,freshness_deadline
            orders,0,06:00
            # pipeline_runs
            pipeline,run_id,attempt,ended_at,state,datasets
            load,r0,1,2026-04-01T06:00:00Z,success,orders
            load,r1,1,2026-04-03T06:00:00Z,success,orders
            load,r2,1,2026-04-05T06:00:00.000001Z,success,orders
            """);

        // 2 April: the only load was exactly 24 h before, so no. 3rd: in time. 4th: 24 h before. 5th: a microsecond late. 6th: yes.
        (await example.TotalAsync(Kpi, "2026-04-02")).ShouldBeRatio(0, 1);
        (await example.TotalAsync(Kpi, "2026-04-03")).ShouldBeRatio(1, 1);
        (await example.TotalAsync(Kpi, "2026-04-04")).ShouldBeRatio(0, 1);
        (await example.TotalAsync(Kpi, "2026-04-05")).ShouldBeRatio(0, 1);
        (await example.TotalAsync(Kpi, "2026-04-06")).ShouldBeRatio(1, 1);
    }

    [Theory]
    [InlineData("America/New_York", "2026-04-02", "08:00", "2026-04-02T12:00:00Z")]
    [InlineData("Asia/Kolkata", "2026-04-02", "02:00", "2026-04-01T20:30:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30:00Z")]
    [InlineData("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T01:30:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45:00Z")]
    public async Task A_deadline_is_a_local_time_of_its_own_zone(string zone, string day, string deadline, string instant)
    {
        var at = DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);
        var records = (DateTimeOffset ended) =>
            $"""
            # datasets
            dataset,tier,freshness_deadline,freshness_timezone
            orders,0,{deadline},{zone}
            # pipeline_runs
            pipeline,run_id,attempt,ended_at,state,datasets
            load,r0,1,2026-01-01T00:00:00Z,success,orders
            load,r1,1,{ended:O},success,orders
            """;
        await using var inTime = await Example.OfAsync(records(at));
        await using var late = await Example.OfAsync(records(at.AddSeconds(1)));

        (await inTime.TotalAsync(Kpi, day)).ShouldBeRatio(1, 1);
        (await late.TotalAsync(Kpi, day)).ShouldBeRatio(0, 1);
    }

    [Fact]
    public async Task A_deadline_applies_only_on_its_days()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier,freshness_deadline,freshness_days
            orders,0,06:00,MON;WED
            # pipeline_runs
            pipeline,run_id,attempt,ended_at,state,datasets
            load,r0,1,2026-03-01T00:00:00Z,success,orders
            """);

        // April 2026 begins on a Wednesday: five Wednesdays, four Mondays.
        (await example.TotalAsync(Kpi, "2026-04")).ShouldBeRatio(0, 9);
    }

    [Fact]
    public async Task Today_counts_up_to_now_and_a_deadline_only_once_it_has_passed()
    {
        const string records = """
            # datasets
            dataset,tier,freshness_max_age,freshness_deadline
            orders,0,PT3H,
            customers,1,,18:00
            # pipeline_runs
            pipeline,run_id,attempt,ended_at,state,datasets
            load,r0,1,2026-04-01T12:00:00Z,success,orders;customers
            load,r1,1,2026-05-13T06:00:00Z,success,orders;customers
            """;
        await using var example = await Example.OfAsync(records, now: "2026-05-13T12:00:00Z");

        // Orders: 06:00 to 09:00 of the twelve hours so far. Customers: the day is not judged before 18:00.
        var row = await example.TotalAsync(Kpi, "2026-05-13");
        row.ShouldBeRatio(0.125m, 0.5m);
        (row.Partial, row.N, row.Excluded).ShouldBe((true, 1, 1));
        (await example.EvidenceAsync(Kpi, "2026-05-13")).Single(o => o.Excluded is not null).Excluded.ShouldBe("deadline not reached");
        (await example.ByAsync(Kpi, Dimension.Tier, "2026-05-13"))["1"].Reason.ShouldBe("Every record of the period was left out.");
    }

    [Fact]
    public async Task Only_days_that_begin_under_an_active_version_with_a_promise_are_observed()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier,freshness_max_age,lifecycle
            orders,,0,,active
            orders,2026-04-02T12:00:00Z,0,P9D,active
            orders,2026-04-04T00:00:00Z,0,P9D,deprecated
            orders,2026-04-06T00:00:00Z,1,P9D,
            # pipeline_runs
            pipeline,run_id,attempt,ended_at,state,datasets
            load,r0,1,2026-04-01T00:00:00Z,success,orders
            """);

        // 3 April under Tier 0, 4 and 5 not at all, 6 to 9 under Tier 1 and fresh, the 10th until 00:00.
        var byTier = await example.ByAsync(Kpi, Dimension.Tier, "2026-04-01/2026-04-11");

        byTier["0"].ShouldBeRatio(1, 1);
        byTier["1"].ShouldBeRatio(4, 5);
    }

    [Fact]
    public async Task What_an_attempt_did_to_each_dataset_outweighs_the_state_of_the_run()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier,freshness_max_age
            orders,0,PT12H
            customers,1,PT12H
            stock,2,PT12H
            # pipelines
            pipeline,datasets
            load,orders;customers;stock
            # pipeline_runs
            pipeline,run_id,attempt,ended_at,state,trigger
            load,r0,1,2026-04-01T00:00:00Z,success,
            load,r1,1,2026-04-03T00:00:00Z,failed,backfill
            load,r2,1,2026-04-04T00:00:00Z,success,
            # run_outputs
            pipeline,run_id,attempt,dataset,state,ended_at
            load,r1,1,orders,success,2026-04-03T06:00:00Z
            load,r1,1,customers,failed,2026-04-03T06:00:00Z
            load,r2,1,orders,failed,
            load,r2,1,customers,success,
            """);

        // r1 failed, but orders were loaded at 06:00: 12 of 24 hours. Customers and stock were not.
        var third = await example.ByAsync(Kpi, Dimension.Dataset, "2026-04-03");
        third["orders"].ShouldBeRatio(0.5m, 1);
        third["customers"].ShouldBeRatio(0, 1);
        third["stock"].ShouldBeRatio(0, 1);

        // r2 succeeded: customers at the end of the run; of stock it says nothing.
        var fourth = await example.ByAsync(Kpi, Dimension.Dataset, "2026-04-04");
        fourth["orders"].ShouldBeRatio(0, 1);
        fourth["customers"].ShouldBeRatio(0.5m, 1);
        fourth["stock"].ShouldBeRatio(0, 1);
    }

    [Fact]
    public async Task Retries_manual_runs_and_backfills_make_data_as_fresh_as_any_load()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier,freshness_max_age
            orders,0,PT6H
            # pipeline_runs
            pipeline,run_id,attempt,ended_at,state,trigger,datasets
            load,r0,1,2026-04-01T00:00:00Z,success,,orders
            load,r1,1,2026-04-02T00:00:00Z,failed,,orders
            load,r1,2,2026-04-02T01:00:00Z,success,,orders
            load,r2,1,2026-04-02T10:00:00Z,success,manual,orders
            load,r3,1,2026-04-02T18:00:00Z,success,backfill,orders
            """);

        // 01:00-07:00, 10:00-16:00, 18:00-24:00: 18 of 24 hours.
        (await example.TotalAsync(Kpi, "2026-04-02")).ShouldBeRatio(0.75m, 1);
    }
}
