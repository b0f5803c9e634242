using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class PipelineSuccessRateTests
{
    private const string Kpi = "pipeline_success_rate";

    private const string Catalogue = """
        # datasets
        dataset,valid_from,tier
        orders,,0
        customers,,1
        # pipelines
        pipeline,datasets,team
        load,orders,platform
        both,orders;customers,
        lost,,

        """;

    [Fact]
    public async Task Only_the_first_attempt_of_a_run_counts()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,state
            load,r1,1,2026-04-01T00:00:00Z,failed
            load,r1,2,2026-04-01T00:00:00Z,success
            load,r2,1,2026-04-02T00:00:00Z,success
            """);

        // r1 failed at first, r2 succeeded: 1 / 2. In the end both succeeded.
        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 2);
        (await example.TotalAsync("pipeline_eventual_success")).ShouldBeRatio(2, 2);
    }

    [Fact]
    public async Task Where_attempt_1_is_missing_the_lowest_one_seen_is_the_first()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,state
            load,r1,3,2026-04-01T00:00:00Z,success
            load,r1,2,2026-04-01T00:00:00Z,failed
            load,r1,10,2026-04-01T00:00:00Z,success
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(0, 1);
    }

    [Fact]
    public async Task An_attempt_without_a_number_comes_before_attempt_0_and_they_are_one_run()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,state
            load,r1,0,2026-04-01T00:00:00Z,failed
            load,r1,,2026-04-01T00:00:00Z,success
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 1);
    }

    [Fact]
    public async Task Manual_and_backfill_runs_are_out_event_and_empty_triggers_are_in()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,state,trigger
            load,r1,1,2026-04-01T00:00:00Z,failed,manual
            load,r2,1,2026-04-01T00:00:00Z,failed,backfill
            load,r3,1,2026-04-01T00:00:00Z,success,event
            load,r4,1,2026-04-01T00:00:00Z,success,
            load,r5,1,2026-04-01T00:00:00Z,failed,scheduled
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(2, 3);
        (await example.EvidenceAsync(Kpi)).Where(o => o.Excluded is not null).Select(o => (o.Record!.Key, o.Excluded))
            .ShouldBe([("load/r1/1", "trigger manual"), ("load/r2/1", "trigger backfill")]);
    }

    [Fact]
    public async Task The_trigger_datasets_and_time_are_those_of_the_first_attempt()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,state,trigger,datasets
            load,r1,1,2026-06-30T23:00:00Z,failed,scheduled,
            load,r1,2,2026-07-01T01:00:00Z,success,manual,customers
            load,r2,1,2026-06-30T23:00:00Z,failed,manual,
            load,r2,2,2026-06-30T23:00:00Z,success,scheduled,
            """);

        // r2 was started by hand first: it is no scheduled run.
        (await example.ByAsync(Kpi, Dimension.Tier))["0"].ShouldBeRatio(0, 1);
        (await example.ByAsync(Kpi, Dimension.Tier))["1"].N.ShouldBe(0);
        (await example.TotalAsync(Kpi, "2026-Q3")).N.ShouldBe(0);
    }

    [Fact]
    public async Task A_first_attempt_that_neither_succeeded_nor_failed_is_in_no_denominator()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,state
            load,r1,1,2026-04-01T00:00:00Z,running
            load,r1,2,2026-04-01T00:00:00Z,failed
            load,r2,1,2026-04-01T01:00:00Z,skipped
            load,r3,1,2026-04-01T02:00:00Z,cancelled
            load,r4,1,2026-04-01T03:00:00Z,queued
            load,r5,1,2026-04-01T04:00:00Z,unknown
            load,r6,1,2026-04-01T05:00:00Z,
            load,r7,1,2026-04-01T06:00:00Z,success
            """);

        var row = (await example.ByAsync(Kpi, Dimension.Tier))["0"];

        row.ShouldBeRatio(1, 1);
        (row.N, row.Excluded).ShouldBe((1, 6));
        (await example.EvidenceAsync(Kpi)).Select(o => o.Excluded).ShouldBe(
        [
            "first attempt running", "first attempt skipped", "first attempt cancelled", "first attempt queued",
            "first attempt unknown", "first attempt without a state", null,
        ]);
    }

    [Fact]
    public async Task A_runs_own_datasets_replace_those_of_its_pipeline()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,state,datasets
            load,r1,1,2026-04-01T00:00:00Z,success,customers
            load,r2,1,2026-04-01T00:00:00Z,failed,
            """);

        var byTier = await example.ByAsync(Kpi, Dimension.Tier);

        byTier["0"].ShouldBeRatio(0, 1);
        byTier["1"].ShouldBeRatio(1, 1);
    }

    [Fact]
    public async Task A_promotion_in_mid_quarter_does_not_rewrite_what_ran_before_it()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier
            orders,,2
            orders,2026-05-15T00:00:00Z,0
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,state,datasets
            load,r1,1,2026-05-14T23:59:59.999999Z,failed,orders
            load,r2,1,2026-05-15T00:00:00Z,success,orders
            """);

        var byTier = await example.ByAsync(Kpi, Dimension.Tier);

        byTier["2"].ShouldBeRatio(0, 1);
        byTier["0"].ShouldBeRatio(1, 1);
    }

    [Fact]
    public async Task A_run_of_several_datasets_counts_once_under_the_most_critical_tier_and_under_each_dataset()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,state
            both,r1,1,2026-04-01T00:00:00Z,success
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 1);
        (await example.ByAsync(Kpi, Dimension.Tier)).ToDictionary(r => r.Key, r => r.Value.N)
            .ShouldBe(new Dictionary<string, long> { ["0"] = 1, ["1"] = 0 });
        (await example.ByAsync(Kpi, Dimension.Dataset)).Keys.Order().ShouldBe(["customers", "orders"]);
    }

    [Fact]
    public async Task A_run_without_a_known_dataset_counts_in_the_total_and_as_unassigned()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier
            orders,2026-06-01T00:00:00Z,0
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,state,datasets
            load,r1,1,2026-05-01T00:00:00Z,success,orders
            load,r2,1,2026-06-01T00:00:00Z,failed,orders;never_seen
            load,r3,1,2026-06-02T00:00:00Z,failed,
            load,r4,1,2026-06-03T00:00:00Z,failed,never_seen
            """);

        var byTier = await example.ByAsync(Kpi, Dimension.Tier);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 4);
        byTier["0"].ShouldBeRatio(0, 1);
        byTier[""].ShouldBeRatio(1, 3);
        byTier["0"].Unattributed.ShouldBe(0.75);
    }

    [Fact]
    public async Task A_run_belongs_to_the_quarter_for_which_it_was_scheduled()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,started_at,state
            load,r1,1,2026-06-30T23:59:59.999999Z,2026-07-01T00:10:00Z,success
            load,r2,1,2026-07-01T00:00:00Z,2026-07-01T00:10:00Z,failed
            load,r3,1,,2026-04-01T00:00:00Z,failed
            load,r4,1,,2026-03-31T23:59:59.999999Z,failed
            load,r5,1,,,failed
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 2);
    }

    [Fact]
    public async Task Runs_of_one_id_in_two_pipelines_or_connections_are_two_runs()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # pipeline_runs
            connection,pipeline,run_id,attempt,scheduled_for,state
            ,load,r1,1,2026-04-01T00:00:00Z,success
            ,both,r1,1,2026-04-01T00:00:00Z,success
            eu,load,r1,2,2026-04-01T00:00:00Z,failed
            """);

        // The pipeline of the third is not that of the first two: references stay within source and connection.
        var byTier = await example.ByAsync(Kpi, Dimension.Tier);

        byTier["0"].ShouldBeRatio(2, 2);
        byTier[""].ShouldBeRatio(0, 1);
    }

    [Fact]
    public async Task The_day_on_which_a_quarter_begins_depends_on_the_reporting_zone()
    {
        const string records = Catalogue + """
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,state
            load,r1,1,2026-03-31T21:59:59Z,failed
            load,r2,1,2026-03-31T22:00:00Z,success
            load,r3,1,2026-06-30T22:00:00Z,failed
            """;
        await using var utc = await Example.OfAsync(records);
        await using var berlin = await Example.OfAsync(records, zone: "Europe/Berlin");

        (await utc.TotalAsync(Kpi)).ShouldBeRatio(0, 1);
        (await berlin.TotalAsync(Kpi)).ShouldBeRatio(1, 1);
    }
}
