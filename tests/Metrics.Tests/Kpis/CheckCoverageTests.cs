using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class CheckCoverageTests
{
    private const string Kpi = "check_coverage";

    [Fact]
    public async Task Every_required_kind_needs_an_enabled_check_that_ran()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier
            orders,0
            customers,1
            stock,1
            logs,2
            # checks
            check_id,dataset,kind,enabled
            c1,orders,schema,
            c2,orders,uniqueness,
            c3,orders,referential,
            c4,customers,schema,
            c5,customers,uniqueness,true
            c6,stock,schema,
            c7,stock,uniqueness,false
            # check_results
            check_id,run_at,status
            c1,2026-06-30T00:00:00Z,pass
            c2,2026-06-30T00:00:00Z,pass
            c3,2026-06-30T00:00:00Z,pass
            c4,2026-06-30T00:00:00Z,fail
            c5,2026-06-30T00:00:00Z,warn
            c6,2026-06-30T00:00:00Z,pass
            c7,2026-06-30T00:00:00Z,pass
            """);

        // Orders lack volume; stock's check of uniqueness is disabled; customers have both, though one fails.
        var byTier = await example.ByAsync(Kpi, Dimension.Tier);
        byTier["0"].ShouldBeRatio(0, 1);
        byTier["1"].ShouldBeRatio(1, 2);
        (byTier["2"].N, byTier["2"].Value, byTier["2"].Status).ShouldBe((0, null, KpiStatus.NoTarget));
        (await example.EvidenceAsync(Kpi)).Select(o => (o.Record!.Key, o.Note)).ShouldBe(
            [("customers", null), ("orders", "missing: volume"), ("stock", "missing: uniqueness")]);
    }

    [Theory]
    [InlineData("2026-05-27T00:00:00Z", "pass", 1)]
    [InlineData("2026-05-26T23:59:59.999999Z", "pass", 0)]
    [InlineData("2026-06-30T23:59:59.999999Z", "pass", 1)]
    [InlineData("2026-07-01T00:00:00Z", "pass", 0)]
    [InlineData("2026-06-30T00:00:00Z", "error", 0)]
    [InlineData("2026-06-30T00:00:00Z", "skipped", 0)]
    [InlineData("2026-06-30T00:00:00Z", "", 0)]
    public async Task A_result_counts_in_the_840_hours_before_the_end(string at, string status, int covered)
    {
        await using var example = await Example.OfAsync(
            $"""
            # datasets
            dataset,tier,required_checks
            orders,0,custom
            # checks
            check_id,dataset,kind
            c1,orders,custom
            # check_results
            check_id,run_at,status
            c1,{at},{status}
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(covered, 1);
    }

    [Fact]
    public async Task A_datasets_own_list_replaces_what_its_tier_requires()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier,required_checks
            orders,0,volume
            customers,1,volume;not_null
            # checks
            check_id,dataset,kind
            c1,orders,volume
            c2,customers,volume
            # check_results
            check_id,run_at,status
            c1,2026-06-30T00:00:00Z,pass
            c2,2026-06-30T00:00:00Z,pass
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 2);
    }

    [Fact]
    public async Task The_catalogue_is_read_strictly_before_the_end()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier,lifecycle
            orders,,0,active
            orders,2026-07-01T00:00:00Z,0,deprecated
            customers,2026-06-30T23:59:59.999999Z,1,
            stock,2026-07-01T00:00:00Z,1,
            logs,,1,deprecated
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(0, 2);
        (await example.TotalAsync(Kpi, "2026-Q3")).ShouldBeRatio(0, 2);
    }

    [Fact]
    public async Task A_period_that_is_not_over_is_read_now_and_its_predecessor_after_the_same_time()
    {
        await using var example = await Example.OfAsync(
            """
            # datasets
            dataset,tier,required_checks
            orders,0,custom
            # checks
            check_id,dataset,kind
            c1,orders,custom
            # check_results
            check_id,run_at,status
            c1,2026-05-13T09:59:59Z,pass
            c1,2026-04-14T00:00:00Z,pass
            """,
            now: "2026-05-13T10:00:00Z");

        // May has run for 12 days and 10 hours; 13 April 10:00 is before the first result.
        var row = await example.TotalAsync(Kpi, "2026-05");
        (row.Partial, row.Value, row.Previous).ShouldBe((true, 1, 0));
    }
}
