using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class AccessReviewCompletionTests
{
    private const string Kpi = "access_review_completion";

    [Fact]
    public async Task Completed_on_or_before_the_due_date_is_in_time()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier
            orders,,1
            orders,2026-06-01T00:00:00Z,0
            # access_reviews
            review_id,scope,dataset,due_on,completed_on
            v1,sales,orders,2026-04-01,2026-04-01
            v2,sales,orders,2026-05-31,2026-06-01
            v3,sales,orders,2026-06-01,2026-05-01
            v4,finance,,2026-06-30,
            v5,finance,,2026-03-31,
            v6,finance,,2026-07-01,
            v7,finance,,,2026-05-01
            """);

        var row = await example.TotalAsync(Kpi);
        row.ShouldBeRatio(2, 4);
        row.Status.ShouldBe(KpiStatus.Missed);
        var byTier = await example.ByAsync(Kpi, Dimension.Tier);
        byTier["1"].ShouldBeRatio(1, 2);
        byTier["0"].ShouldBeRatio(1, 1);
        byTier[""].ShouldBeRatio(0, 1);
        (byTier["0"].Status, byTier["1"].Status).ShouldBe((KpiStatus.Met, KpiStatus.Missed));
    }

    [Fact]
    public async Task What_is_due_today_counts_tomorrow()
    {
        // In Berlin it is already the 14th.
        await using var example = await Example.OfAsync(
            """
            # access_reviews
            review_id,due_on,completed_on
            v1,2026-05-13,2026-05-13
            v2,2026-05-14,2026-05-13
            v3,2026-05-15,2026-05-13
            """,
            now: "2026-05-13T22:30:00Z", zone: "Europe/Berlin");

        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 1);
        (await example.LeftOutAsync(Kpi)).ShouldBe(new Dictionary<string, string> { ["v2"] = "due today" });
        (await example.ChangesAsync(Kpi)).ShouldBe(new Dictionary<string, DateTimeOffset>
        {
            ["v2"] = new(2026, 5, 14, 22, 0, 0, TimeSpan.Zero),
        });

        example.Database.Clock = new Storage.FixedClock("2026-05-14T22:00:00Z");
        (await example.TotalAsync(Kpi)).ShouldBeRatio(2, 2);
    }
}
