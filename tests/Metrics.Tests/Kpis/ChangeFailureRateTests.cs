using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class ChangeFailureRateTests
{
    private const string Kpi = "change_failure_rate";

    [Fact]
    public async Task Failed_changes_are_divided_by_deployed_ones_of_every_kind()
    {
        await using var example = await Example.OfAsync("""
            # changes
            change_id,kind,failed,cancelled,approved_at,deployed_at
            c1,standard,true,,,2026-04-01T00:00:00Z
            c2,emergency,,,,2026-05-01T00:00:00Z
            c3,project,false,,,2026-06-30T23:59:59.999999Z
            c4,,true,false,,2026-05-01T00:00:00Z
            c5,standard,,,,2026-05-02T00:00:00Z
            c6,standard,true,true,,2026-05-03T00:00:00Z
            c7,standard,true,,2026-05-01T00:00:00Z,
            c8,standard,true,,,2026-03-31T23:59:59.999999Z
            c9,standard,true,,,2026-07-01T00:00:00Z
            """);

        // c1 and c4 of c1 to c5: 40 %. A sample of yes and no has an interval.
        var row = await example.TotalAsync(Kpi);
        row.ShouldBeRatio(2, 5);
        row.Status.ShouldBe(KpiStatus.Missed);
        row.Lower!.Value.ShouldBe(0.1176, 1e-4);
        row.Upper!.Value.ShouldBe(0.7693, 1e-4);
        (await example.LeftOutAsync(Kpi)).ShouldBe(new Dictionary<string, string> { ["c6"] = "cancelled" });
    }

    [Fact]
    public async Task Without_deployments_there_is_no_rate()
    {
        await using var example = await Example.OfAsync("""
            # changes
            change_id,cancelled,deployed_at
            c1,true,2026-05-01T00:00:00Z
            """);

        var row = await example.TotalAsync(Kpi);

        (row.Value, row.Status, row.Reason).ShouldBe((null, KpiStatus.NoData, "Every record of the period was left out."));
    }

    [Fact]
    public async Task A_change_of_several_datasets_counts_once_under_the_most_critical_tier()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier
            orders,0
            customers,2
            # changes
            change_id,failed,deployed_at,datasets
            c1,true,2026-05-01T00:00:00Z,customers;orders
            c2,,2026-05-01T00:00:00Z,customers
            """);

        var byTier = await example.ByAsync(Kpi, Dimension.Tier);

        byTier["0"].ShouldBeRatio(1, 1);
        byTier["2"].ShouldBeRatio(0, 1);
        (await example.ByAsync(Kpi, Dimension.Dataset))["customers"].ShouldBeRatio(1, 2);
        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 2);
    }
}
