using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class ComputeUtilisationTests
{
    private const string Kpi = "compute_utilisation";

    [Fact]
    public async Task Credits_unless_another_measure_is_asked_for()
    {
        await using var example = await Example.OfAsync("""
            # compute_usage
            resource,period_start,period_end,used,provisioned,measure
            w1,2026-04-01T00:00:00Z,2026-04-02T00:00:00Z,30,100,credit
            w2,2026-06-30T23:00:00Z,2026-07-01T23:00:00Z,60,100,credit
            w3,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z,9,10,slot_hour
            w4,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z,,10,credit
            w5,2026-03-31T23:59:59Z,2026-04-01T23:59:59Z,1,1,credit
            """);

        // 30 + 60 of 200; w2 counts whole at its start; w4 does not say what was used; w5 starts before the quarter.
        var row = await example.TotalAsync(Kpi);
        row.ShouldBeRatio(90, 200);
        (row.N, row.Excluded).ShouldBe((2, 1));
        (await example.ByAsync(Kpi, Dimension.Measure))["slot_hour"].ShouldBeRatio(9, 10);
        (await example.RowsAsync(Kpi, where: (Dimension.Measure, "slot_hour"))).Single().ShouldBeRatio(9, 10);
        (await example.EvidenceAsync(Kpi)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_share_of_capacity_has_no_interval_even_where_it_is_all_or_nothing()
    {
        await using var example = await Example.OfAsync("""
            # compute_usage
            resource,period_start,used,provisioned,measure
            w1,2026-04-01T00:00:00Z,1,1,credit
            w2,2026-04-01T00:00:00Z,0,1,credit
            """);

        var row = await example.TotalAsync(Kpi);

        (row.Value, row.Lower, row.Upper).ShouldBe((0.5, null, null));
    }

    [Theory]
    [InlineData(52, KpiStatus.Steady)]
    [InlineData(53, KpiStatus.Improved)]
    [InlineData(48, KpiStatus.Steady)]
    [InlineData(47, KpiStatus.Worsened)]
    public async Task The_trend_is_steady_within_two_points(int used, KpiStatus status)
    {
        await using var example = await Example.OfAsync($"""
            # compute_usage
            resource,period_start,used,provisioned,measure
            w1,2026-04-01T00:00:00Z,{used},100,credit
            w1,2026-01-01T00:00:00Z,50,100,credit
            """);

        (await example.TotalAsync(Kpi)).Status.ShouldBe(status);
    }
}
