using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class OfferAcceptanceTests
{
    private const string Kpi = "offer_acceptance";

    [Fact]
    public async Task Accepted_offers_are_divided_by_extended_ones_of_the_requisitions_that_closed()
    {
        await using var example = await Example.OfAsync("""
            # requisitions
            requisition_id,opened_on,filled_on,cancelled_on,offers_extended,offers_accepted
            q1,2026-01-01,2026-04-01,,2,1
            q2,2026-01-01,,2026-05-02,1,0
            q3,2026-01-01,2026-05-01,,1,1
            q4,2026-01-01,2026-05-01,,0,0
            q5,2026-01-01,2026-05-01,,,
            q6,2026-01-01,2026-05-01,,3,
            q7,2026-01-01,2026-06-30,2026-07-05,1,1
            q8,2026-01-01,,2026-07-01,1,0
            q9,2026-01-01,,,1,0
            """);

        // (1 + 0 + 1 + 1) / (2 + 1 + 1 + 1). Not every requisition is one yes or no, so there is no interval.
        var row = await example.TotalAsync(Kpi);
        row.ShouldBeRatio(3, 5);
        (row.N, row.Lower).ShouldBe((4, null));
        (await example.LeftOutAsync(Kpi)).ShouldBe(new Dictionary<string, string>
        {
            ["q4"] = "no offer was extended",
            ["q5"] = "offers extended are not known",
            ["q6"] = "offers accepted are not known",
        }, ignoreOrder: true);
    }

    [Theory]
    [InlineData(10, KpiStatus.Improved)]
    [InlineData(7, KpiStatus.Steady)]
    [InlineData(5, KpiStatus.Worsened)]
    public async Task Without_a_target_the_trend_is_judged(int accepted, KpiStatus status)
    {
        // 70 % the quarter before.
        await using var example = await Example.OfAsync($"""
            # requisitions
            requisition_id,filled_on,offers_extended,offers_accepted
            q1,2026-02-01,10,7
            q2,2026-05-01,10,{accepted}
            """);

        (await example.TotalAsync(Kpi)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task More_accepted_than_extended_is_rejected()
    {
        await using var database = await Storage.MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

        var outcome = await database.ImportAsync(Example.Files("# requisitions\nrequisition_id,filled_on,offers_extended,offers_accepted\nq1,2026-05-01,1,2"));

        outcome.Single().Report!.Rejections.ShouldHaveSingleItem();
    }
}
