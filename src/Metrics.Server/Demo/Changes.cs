using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>Changes of the platform, from approval to deployment; some fail, and more of them in the bad quarter.</summary>
internal static class Changes
{
    private static readonly string[] Titles =
    [
        "New grain for stock", "Merge by business key", "Split the nightly build", "Partition payments by day",
        "New country: Denmark", "Replace the carrier feed", "Mask addresses", "Incremental order lines", "Upgrade the scheduler",
    ];

    public static IReadOnlyList<Change> Of(Company company) =>
        [.. company.Time.Weeks
            .SelectMany(week => Enumerable.Range(0, company.Dice("changes", "", week).Between(4, 9))
                .Select(i => Change(company, week, i)))
            .Where(c => (c.ApprovedAt ?? c.DeployedAt) < company.Time.Today)];

    private static Change Change(Company company, DateTimeOffset week, int number)
    {
        var dice = company.Dice("change", "", week, number);
        var season = company.SeasonAt(week);
        var approved = week.AddDays(dice.Between(0, 4)) + dice.Hours(7, 15);
        var kind = (ChangeKind)dice.Weighted(0.78, 0.12, 0.10);
        var days = dice.Skewed(kind == ChangeKind.Emergency ? 0.3 : 5.5 * season.ReviewDays);
        var deployed = approved + TimeSpan.FromSeconds(Math.Floor(days * 86400));
        var isCancelled = dice.Chance(0.05);
        var dataset = dice.Pick(company.Catalogue.ActiveAt(week, 0, 2));
        var isDeployed = !isCancelled && deployed < company.Time.Today;
        return new Change
        {
            ChangeId = $"CHG-{week:yyMMdd}-{number + 1}",
            Title = $"{dice.Pick(Titles)} ({dataset.Spoken})",
            Kind = kind,
            Datasets = [dataset.Id],
            Team = dataset.Team,
            ApprovedAt = kind == ChangeKind.Emergency && dice.Chance(0.4) && isDeployed ? null : approved,
            DeployedAt = isDeployed ? deployed : null,
            Failed = isDeployed && dice.Chance(0.085 * season.Trouble),
            Cancelled = isCancelled,
        };
    }
}
