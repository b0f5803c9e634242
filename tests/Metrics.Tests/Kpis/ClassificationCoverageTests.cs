using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class ClassificationCoverageTests
{
    private const string Kpi = "classification_coverage";

    [Fact]
    public async Task Active_datasets_of_every_tier_count_as_they_are_strictly_before_the_end()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier,lifecycle,classification
            a,,0,active,restricted
            b,,1,,
            c,,2,active,public
            d,,2,deprecated,
            e,,,,internal
            f,,1,active,confidential
            f,2026-07-01T00:00:00Z,1,deprecated,
            g,2026-07-01T00:00:00Z,0,active,
            h,,0,active,
            h,2026-06-30T23:59:59.999999Z,0,active,internal
            """);

        // Not d, which is deprecated, nor g, which comes with July; f and h as they were at the last moment of June.
        var byTier = await example.ByAsync(Kpi, Dimension.Tier);
        byTier["0"].ShouldBeRatio(2, 2);
        byTier["1"].ShouldBeRatio(1, 2);
        byTier["2"].ShouldBeRatio(1, 1);
        byTier[""].ShouldBeRatio(1, 1);
        (byTier["0"].Status, byTier["1"].Status, byTier["2"].Status).ShouldBe((KpiStatus.Met, KpiStatus.Missed, KpiStatus.Met));
        (byTier["0"].Lower, byTier["1"].Lower).ShouldBe((null, null));
        (await example.TotalAsync(Kpi)).ShouldBeRatio(5, 6);
        (await example.EvidenceAsync(Kpi)).Single(o => o.Numerator == 0).Note.ShouldBe("not classified");
    }

    [Fact]
    public async Task A_trend_reads_the_end_of_each_month()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier,classification
            a,2026-01-01T00:00:00Z,0,
            a,2026-05-01T00:00:00Z,0,internal
            """);

        var rows = await example.Database.Evaluator.EvaluateAsync(
            new Metrics.Kpis.KpiRequest(Period.Parse("2026-Q2", example.Database.Settings.Calendar)) { Kpis = [Kpi], Grain = Grain.Month },
            TestContext.Current.CancellationToken);

        rows.Select(r => r.Value).ShouldBe([0, 1, 1]);
    }
}
