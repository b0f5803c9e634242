using Metrics.Model.Facts;

namespace Metrics.Server.Demo;

/// <summary>What the checks outside dbt found: daily for Tier 0, on Mondays for the rest.</summary>
internal static class CheckResults
{
    public static IReadOnlyList<CheckResult> Of(Company company, Outages outages) =>
        [.. company.Catalogue.Checks
            .Where(c => c.Enabled && !Catalogue.IsDbt(c.Dataset))
            .SelectMany(c => Results(company, outages, c))];

    private static IEnumerable<CheckResult> Results(Company company, Outages outages, SeedCheck check)
    {
        var offset = company.Dice("check time", check.Id).Minutes(6 * 60, 9 * 60);
        foreach (var day in company.Time.Days)
        {
            if (day < check.Since || company.Catalogue.At(check.Dataset, day) is not { Active: true } version) continue;
            if (version.Tier > 0 && day.DayOfWeek != DayOfWeek.Monday) continue;
            var dice = company.Dice("check", check.Id, day);
            var status = Status(company, outages, check, day + offset, dice);
            yield return new CheckResult
            {
                CheckId = check.Id,
                RunAt = day + offset + dice.Minutes(0, 3),
                Status = status,
                Value = Value(check, status, dice),
                Message = Message(check, status),
            };
        }
    }

    private static CheckStatus Status(Company company, Outages outages, SeedCheck check, DateTimeOffset at, Dice dice)
    {
        if (check.Id == Story.CheckThatOnlyErrors) return CheckStatus.Error;
        var trouble = company.TroubleOn(at);
        if (check.Kind is "volume" or "freshness" && outages.At([check.Dataset], at) is not null) return CheckStatus.Fail;
        return dice.Weighted(1 - (0.018 * trouble), 0.006 * trouble, 0.007 * trouble, 0.003 * trouble, 0.002 * trouble) switch
        {
            1 => CheckStatus.Warn,
            2 => CheckStatus.Fail,
            3 => CheckStatus.Error,
            4 => CheckStatus.Skipped,
            _ => CheckStatus.Pass,
        };
    }

    private static decimal? Value(SeedCheck check, CheckStatus status, Dice dice) => (check.Kind, status) switch
    {
        (_, CheckStatus.Error or CheckStatus.Skipped) => null,
        ("volume", _) => dice.Between(status == CheckStatus.Pass ? 9_000 : 100, status == CheckStatus.Pass ? 60_000 : 4_000),
        (_, CheckStatus.Pass) => 0,
        _ => dice.Between(1, 240),
    };

    private static string? Message(SeedCheck check, CheckStatus status) => status switch
    {
        CheckStatus.Pass => null,
        CheckStatus.Warn => "Above half of the allowed failures",
        CheckStatus.Fail => check.Column is { } column ? $"{check.Kind} violated in {column}" : $"{check.Kind} violated",
        CheckStatus.Error => check.Id == Story.CheckThatOnlyErrors
            ? "relation \"raw.shop.products_v1\" does not exist"
            : "Query timed out after 900 s",
        CheckStatus.Skipped => "Warehouse in maintenance",
    };
}
