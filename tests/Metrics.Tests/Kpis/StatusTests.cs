using Metrics.Kpis;
using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class StatusTests
{
    /// <summary>An incident of so many minutes: the target is below 4 hours, the stretch 2, the tolerance 10 %.</summary>
    [Theory]
    [InlineData(119, KpiStatus.Exceeded)]
    [InlineData(120, KpiStatus.Exceeded)]
    [InlineData(121, KpiStatus.Met)]
    [InlineData(239, KpiStatus.Met)]
    [InlineData(240, KpiStatus.AtRisk)]
    [InlineData(264, KpiStatus.AtRisk)]
    [InlineData(265, KpiStatus.Missed)]
    public async Task At_its_edges(int minutes, KpiStatus status)
    {
        await using var example = await Example.OfAsync(
            $"""
            # incidents
            incident_id,severity,status,started_at,resolved_at
            i1,1,resolved,2026-05-01T00:00:00Z,{new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minutes):O}
            """);

        (await example.TotalAsync("mttr_sev1")).Status.ShouldBe(status);
    }

    [Fact]
    public async Task A_total_whose_targets_are_per_tier_has_none_and_each_tier_its_own()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier
            a,0
            b,1
            c,2
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,state,datasets
            p,r1,1,2026-05-01T00:00:00Z,success,a
            p,r2,1,2026-05-01T00:00:00Z,success,b
            p,r3,1,2026-05-01T00:00:00Z,failed,c
            p,r4,1,2026-05-01T00:00:00Z,success,
            """);

        (await example.TotalAsync("pipeline_success_rate")).Status.ShouldBe(KpiStatus.NoTarget);
        var byTier = await example.ByAsync("pipeline_success_rate", Dimension.Tier);
        byTier.ToDictionary(r => r.Key, r => r.Value.Status).ShouldBe(new Dictionary<string, KpiStatus>
        {
            ["0"] = KpiStatus.Met,
            ["1"] = KpiStatus.Exceeded,
            ["2"] = KpiStatus.Missed,
            [""] = KpiStatus.NoTarget,
        }, ignoreOrder: true);
        KpiStatuses.Worst(byTier.Values.Select(r => r.Status)).ShouldBe(KpiStatus.Missed);
        byTier["0"].Unattributed.ShouldBe(0.25);
    }

    [Fact]
    public async Task Every_tier_that_had_an_active_dataset_in_the_period_has_a_row()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier,lifecycle
            a,,0,active
            b,,1,deprecated
            c,2026-07-01T00:00:00Z,2,active
            """);

        (await example.ByAsync("pipeline_success_rate", Dimension.Tier)).Keys.ShouldBe(["0"]);
        (await example.ByAsync("pipeline_success_rate", Dimension.Tier, "2026-Q3")).Keys.ShouldBe(["0", "2"]);
        var row = (await example.ByAsync("pipeline_success_rate", Dimension.Tier))["0"];
        (row.Status, row.Value, row.Reason).ShouldBe((KpiStatus.NoData, null, "Nothing was recorded in the period."));
    }

    [Fact]
    public async Task A_dimension_that_a_kpi_does_not_have_is_an_error_alone_and_a_row_in_a_list()
    {
        await using var example = await Example.OfAsync("# incidents\nincident_id");
        const string reason = "pr_cycle_time has no dataset; it can be broken down by tier, team, domain.";

        (await Should.ThrowAsync<KpiException>(example.ByAsync("pr_cycle_time", Dimension.Dataset))).Message.ShouldBe(reason);
        var rows = await example.Database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse(Example.Quarter, ReportingCalendar.Utc)) { By = [Dimension.Dataset] }, TestContext.Current.CancellationToken);
        var row = rows.Single(r => r.Kpi.Id == "pr_cycle_time");
        (row.Status, row.Reason).ShouldBe((KpiStatus.NotDefined, reason));
    }

    [Fact]
    public async Task Samples_have_intervals_and_censuses_have_none()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier,freshness_max_age
            a,0,PT6H
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,ended_at,state,datasets
            p,r1,1,2026-05-01T00:00:00Z,2026-05-01T22:00:00Z,success,a
            p,r2,1,2026-05-02T00:00:00Z,,failed,a
            # incidents
            incident_id,severity,status,started_at,resolved_at
            i1,1,resolved,2026-05-01T00:00:00Z,2026-05-01T01:00:00Z
            i2,1,resolved,2026-05-01T00:00:00Z,2026-05-01T03:00:00Z
            """);

        // Wilson for 1 of 2 is 0.5 ± 0.4053; the t-interval of 1 and 3 is 2 ± 12.706.
        var ratio = await example.TotalAsync("pipeline_success_rate");
        ratio.Lower!.Value.ShouldBe(0.0945, 1e-4);
        ratio.Upper!.Value.ShouldBe(0.9055, 1e-4);
        (await example.TotalAsync("mttr_sev1")).Upper!.Value.ShouldBe(2 + 12.7062, 1e-3);
        (await example.TotalAsync("check_coverage")).Lower.ShouldBeNull();
        (await example.TotalAsync("incident_rate")).Lower.ShouldBeNull();
        (await example.TotalAsync("freshness_adherence")).Lower.ShouldBeNull();
    }
}
