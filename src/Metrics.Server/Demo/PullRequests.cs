using System.Globalization;
using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>Pull requests of every team, week by week: reviewed faster when the season is kind.</summary>
internal static class PullRequests
{
    private static readonly string[] Repositories = ["nordlicht/warehouse", "nordlicht/ingest", "nordlicht/metrics-catalogue"];

    private static readonly string[] Titles =
    [
        "Add column for return reason", "Speed up the order merge", "Fix time zone of delivery events",
        "Drop unused staging tables", "Test that every payment has an order", "Document the revenue model",
        "Handle empty pages of the provider", "Split the customer model", "Raise memory of the nightly load",
        "Rename campaign keys", "Backfill returns of last year", "Retry on 503",
    ];

    /// <summary>Numbered per repository in the order in which they were opened; only those opened before today.</summary>
    public static IReadOnlyList<PullRequest> Of(Company company)
    {
        var next = new Dictionary<string, int>();
        return [.. company.Time.Weeks
            .SelectMany(week => company.Catalogue.Teams.SelectMany(team => Opened(company, team, week)))
            .Where(p => p.OpenedAt < company.Time.Today)
            .OrderBy(p => p.OpenedAt)
            .Select(p =>
            {
                var number = next[p.Repository] = next.GetValueOrDefault(p.Repository, 100) + 1;
                return p with { Number = number.ToString(CultureInfo.InvariantCulture) };
            })];
    }

    private static IEnumerable<PullRequest> Opened(Company company, string team, DateTimeOffset week)
    {
        var count = company.Dice("pull requests", team, week).Between(3, 7);
        for (var i = 0; i < count; i++)
            yield return Opened(company, team, week, i);
    }

    private static PullRequest Opened(Company company, string team, DateTimeOffset week, int number)
    {
        var dice = company.Dice("pull request", team, week, number);
        var opened = week.AddDays(dice.Between(0, 4)) + dice.Hours(7, 16);
        var isBot = dice.Chance(0.08);
        var isDataCode = !dice.Chance(0.12);
        var ready = !isBot && dice.Chance(0.18) ? opened + dice.Hours(5, 72) : (DateTimeOffset?)null;
        var days = dice.Skewed(isBot ? 0.4 : company.SeasonAt(opened).ReviewDays);
        var start = ready ?? opened;
        var end = start + TimeSpan.FromSeconds(Math.Floor(days * 86400));
        var isAbandoned = dice.Chance(0.07);
        var reviewed = start + ((end - start) * dice.Between(0.1, 0.6));
        var approved = reviewed + ((end - reviewed) * dice.Between(0.3, 0.95));
        var today = company.Time.Today;
        return new PullRequest
        {
            Repository = isDataCode ? dice.Pick(Repositories) : "nordlicht/storefront",
            Number = "",
            Title = isBot ? "Bump dependencies" : dice.Pick(Titles),
            Author = isBot ? "renovate[bot]" : $"{team}-{dice.Between(1, 6)}@nordlicht.example",
            AuthorIsBot = isBot,
            Team = isBot && dice.Chance(0.5) ? null : team,
            DraftUntil = Before(ready, today),
            OpenedAt = opened,
            FirstReviewAt = isBot ? null : Before(Whole(reviewed), today),
            ApprovedAt = isAbandoned ? null : Before(Whole(approved), today),
            MergedAt = isAbandoned ? null : Before(end, today),
            ClosedAt = Before(end, today),
            Additions = (int)dice.Skewed(60),
            Deletions = (int)dice.Skewed(25),
            IsDataCode = isDataCode,
        };
    }

    private static DateTimeOffset? Before(DateTimeOffset? moment, DateTimeOffset today) => moment < today ? moment : null;

    private static DateTimeOffset Whole(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));
}
