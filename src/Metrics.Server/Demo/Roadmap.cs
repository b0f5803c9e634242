using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>What the teams committed to for each quarter, and what became of it.</summary>
internal static class Roadmap
{
    private static readonly string[] Goals =
    [
        "Real-time stock", "One customer key", "Retire the old shop's tables", "Self-service revenue", "Contracts for raw tables",
        "Cheaper nightly build", "Return forecasts", "Attribution without cookies", "Close in three days",
    ];

    public static IEnumerable<RoadmapItem> Of(Company company) =>
        from quarter in Timeline.Quarters
        from team in company.Catalogue.Teams
        from number in Enumerable.Range(1, company.Dice("roadmap", team, company.Time.StartOf(quarter)).Between(3, 5))
        select Item(company, quarter, team, number);

    private static RoadmapItem Item(Company company, int quarter, string team, int number)
    {
        var time = company.Time;
        var start = time.StartOf(quarter);
        var dice = company.Dice("roadmap item", team, start, number);
        var missed = 0.15 * Seasons.Of(quarter).Trouble;
        var fate = dice.Weighted(1 - missed, missed * 0.6, missed * 0.4, 0.06);
        // One in ten came up during the quarter: no commitment.
        var committed = start.AddDays(dice.Chance(0.1) ? dice.Between(20, 50) : dice.Between(-20, 12));
        var done = start.AddDays(dice.Between(30, 88)) + dice.Hours(8, 17);
        var late = start.AddDays(dice.Between(95, 130)) + dice.Hours(8, 17);
        var middle = start.AddDays(dice.Between(25, 70));
        return new RoadmapItem
        {
            ItemId = $"RM-{team}-{start:yyMM}-{number}",
            Title = dice.Pick(Goals),
            Team = team,
            Quarter = time.NameOf(quarter),
            CommittedAt = Past(committed),
            CompletedAt = Past(fate switch { 0 => done, 1 => late, _ => null }),
            RescopedAt = fate == 3 ? Past(middle) : null,
            RescopeAgreedBy = fate == 3 && middle < time.Today ? "Head of Data" : null,
            CancelledAt = fate == 2 ? Past(middle) : null,
        };

        DateTimeOffset? Past(DateTimeOffset? at) => at < time.Today ? at : null;
    }
}
