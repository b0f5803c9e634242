using System.Globalization;

namespace Metrics.Server.Demo;

/// <summary>What one invocation did to one node. A node that was skipped has no times.</summary>
internal sealed record DbtResult(
    string UniqueId, string? Dataset, string Status, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, int Thread,
    string? Message, int? Failures, long? Rows)
{
    public bool IsTest => Dataset is null;
    public bool Stands => Status is "success" or "pass" or "warn";
}

/// <summary>One invocation of dbt.</summary>
internal sealed record DbtInvocation(
    string Id, string Which, DateTimeOffset StartedAt, DateTimeOffset EndedAt, IReadOnlyList<DbtResult> Results);

/// <summary>
/// The nightly <c>dbt build</c> at 03:30 UTC, which leaves the morning's deadlines an hour, and the <c>dbt retry</c> after one
/// that failed, which mostly comes too late for them.
/// </summary>
internal static class DbtBuilds
{
    private const int Threads = 4;

    public static DbtInvocation Build(DbtProject project, Company company, Outages outages, DateTimeOffset day)
    {
        var dice = company.Dice("dbt build", "", day);
        var trouble = company.TroubleOn(day);
        var start = day.AddHours(3.5) + dice.Minutes(0.1, 1);
        if (dice.Chance(0.024 * company.DelayOn(day))) start += dice.Hours(2.7, 8);
        var broken = dice.Chance(0.016 * trouble) ? dice.Pick(project.Models).UniqueId : null;

        var free = Enumerable.Repeat(start.AddSeconds(4), Threads).ToArray();
        var done = new Dictionary<string, DateTimeOffset>();
        var results = new List<DbtResult>();
        foreach (var model in project.Models)
        {
            var upstream = model.Upstream.Where(Catalogue.IsDbt).ToList();
            var tests = project.TestsOf(model).Where(t => !(day < t.Check.Since)).ToList();
            if (!upstream.All(done.ContainsKey))
            {
                results.Add(Skipped(model.UniqueId, model.Version.Id, "Skipping due to fail in an upstream node"));
                results.AddRange(tests.Select(t => Skipped(t.UniqueId, null, null)));
                continue;
            }

            var thread = Array.IndexOf(free, free.Min());
            var from = upstream.Select(u => done[u]).Append(free[thread]).Max();
            var outage = outages.At([model.Version.Id], start);
            var result = Built(company, model, from, thread, model.UniqueId == broken ? "Database Error" : outage?.Reason);
            results.Add(result);
            free[thread] = result.EndedAt!.Value;
            if (!result.Stands)
            {
                results.AddRange(tests.Select(t => Skipped(t.UniqueId, null, null)));
                continue;
            }

            var stands = true;
            foreach (var test in tests)
            {
                var tested = Tested(company, test, free[thread], thread, trouble);
                results.Add(tested);
                free[thread] = tested.EndedAt!.Value;
                stands &= tested.Stands;
            }

            if (stands) done[model.Version.Id] = free[thread];
        }

        return new DbtInvocation(dice.Uuid(), "build", start, free.Max().AddSeconds(3), results);
    }

    /// <summary>What failed or was skipped, run again an hour later; null when the build stood or nobody was there.</summary>
    public static DbtInvocation? Retry(Company company, DateTimeOffset day, DbtInvocation build)
    {
        var failed = build.Results.Where(r => !r.Stands).ToList();
        var dice = company.Dice("dbt retry", "", day);
        if (failed.Count == 0 || dice.Chance(0.35)) return null;
        var start = build.EndedAt + dice.Minutes(50, 140);
        var at = start.AddSeconds(4);
        var results = new List<DbtResult>();
        foreach (var result in failed)
        {
            var end = at + dice.Minutes(result.IsTest ? 0.02 : 0.4, result.IsTest ? 0.1 : 1.5);
            var rows = result.IsTest ? (long?)null : dice.Between(2_000, 80_000);
            results.Add(result with
            {
                Status = result.IsTest ? "pass" : "success",
                StartedAt = at,
                EndedAt = end,
                Thread = 1,
                Message = result.IsTest ? null : SuccessMessage(rows),
                Failures = result.IsTest ? 0 : null,
                Rows = rows,
            });
            at = end.AddMilliseconds(180);
        }

        return new DbtInvocation(dice.Uuid(), "retry", start, at.AddSeconds(3), results);
    }

    private static DbtResult Built(Company company, DbtModel model, DateTimeOffset from, int thread, string? error)
    {
        var dice = company.Dice("dbt model", model.Name, from);
        var usual = company.Dice("dbt model", model.Name).Between(0.4, 1.6);
        var end = from + TimeSpan.FromMilliseconds(Math.Floor(dice.Skewed(usual) * 60_000));
        var rows = (long)(company.Dice("dbt rows", model.Name).Between(2_000, 80_000) * dice.Between(0.9, 1.1));
        return error is null
            ? new DbtResult(model.UniqueId, model.Version.Id, "success", from, end, thread + 1, SuccessMessage(rows), null, rows)
            : new DbtResult(model.UniqueId, model.Version.Id, "error", from, end, thread + 1,
                $"{error} in model {model.Name} (models/{model.Schema}/{model.Name}.sql)", null, null);
    }

    private static DbtResult Tested(Company company, DbtTest test, DateTimeOffset from, int thread, double trouble)
    {
        var dice = company.Dice("dbt test", test.Name, from);
        var at = from.AddMilliseconds(dice.Between(60, 240));
        var end = at.AddMilliseconds(dice.Between(700, 4200));
        var hits = dice.Between(1, 60);
        var finds = test.OnlyWarns ? 0.012 : 0.00035;
        var (status, message, failures) = dice.Weighted(1, finds * trouble, 0.0001 * trouble) switch
        {
            0 => ("pass", null, 0),
            1 => test.OnlyWarns
                ? ("warn", $"Got {hits} results, configured to warn if != 0", hits)
                : ("fail", $"Got {hits} results, configured to fail if != 0", hits),
            _ => ("error", $"Runtime Error in test {test.Name}: query timed out", (int?)null),
        };
        return new DbtResult(test.UniqueId, null, status, at, end, thread + 1, message, failures, null);
    }

    private static DbtResult Skipped(string uniqueId, string? dataset, string? message) =>
        new(uniqueId, dataset, "skipped", null, null, 1, message, null, null);

    private static string SuccessMessage(long? rows) => string.Create(CultureInfo.InvariantCulture, $"INSERT 0 {rows}");
}
