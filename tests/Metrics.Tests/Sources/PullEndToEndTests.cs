using System.Text;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Sources;
using Metrics.Tests.Sources.GitHub;
using Metrics.Tests.Sources.PagerDuty;
using Metrics.Tests.Storage;
using Metrics.Tests.Storage.Ingestion;

namespace Metrics.Tests.Sources;

/// <summary>From the systems' own payloads to KPIs, on a real PostgreSQL.</summary>
public sealed class PullEndToEndTests
{
    private const string Now = "2026-11-21T12:00:00Z";

    [Fact]
    public async Task GitHub_pulled_gives_the_cycle_time_that_one_reckons_by_hand()
    {
        await using var server = await GitHubServer.StartAsync();
        server.Pulls.AddRange(
        [
            // Ready at 13:00, merged at 19:00: six hours.
            (1, "19:00", GitHubSamples.Node(1, "19:00", merged: "19:00", timeline: GitHubSamples.Ready("13:00"), commit: "c0ffee11")),

            // Opened at 10:00, merged at 22:00: twelve hours.
            (2, "22:00", GitHubSamples.Node(2, "22:00", merged: "22:00")),

            // Opened at 10:00, merged the next day: a day.
            (3, "2026-07-02T10:00:00Z", GitHubSamples.Node(3, "2026-07-02T10:00:00Z", merged: "2026-07-02T10:00:00Z")),

            // A bot, a draft, one that was closed.
            (4, "10:01", GitHubSamples.Node(4, "10:01", merged: "10:01", author: "dependabot[bot]", kind: "Bot")),
            (5, "10:02", GitHubSamples.Node(5, "10:02", draft: true)),
            (6, "10:03", GitHubSamples.Node(6, "10:03", closed: "10:03")),
        ]);
        var run = GitHubPullTests.Run(server, ("page_size", "2"));
        await run.RunAsync();

        await using var once = await MetricsDatabase.CreateAsync(Now);
        var connection = GitHubSamples.Connection();
        foreach (var payload in run.Payloads) await FragmentBook.WriteAsync(once, connection, payload);

        var row = await SingleAsync(once, "pr_cycle_time");
        (row.Value, row.N).ShouldBe((0.5, 3));
        await SameWhenTwiceAndShuffledAsync(once, connection, run.Payloads);
    }

    [Fact]
    public async Task PagerDuty_gives_times_to_resolve_and_a_rate_that_one_reckons_by_hand()
    {
        // Sev 1: four hours (reopened, last resolution counts) and two. Sev 2: Wednesday 10:00 to Thursday 10:00, one business day.
        string[] history =
        [
            PagerDutyIncidentTests.Page(PagerDutyIncidentTests.Incident("P1", "resolved", "11:00", "11:00", priority: "P1", resolved: "11:00")),
            PagerDutyIncidentTests.Pushed("e6", "incident.reopened", "11:30", "triggered", priority: "P1"),
            PagerDutyIncidentTests.Pushed("e8", "incident.resolved", "14:00", "resolved", priority: "P1"),
            PagerDutyIncidentTests.Page(PagerDutyIncidentTests.Incident("P2", "resolved", "12:00", "12:00", priority: "P1", resolved: "12:00")),
            PagerDutyIncidentTests.Page(PagerDutyIncidentTests.Incident("P3", "resolved", "12:00", "12:00", resolved: "12:00")
                .Replace("2026-07-01T12:00:00Z", "2026-07-02T10:00:00Z", StringComparison.Ordinal)),
            PagerDutyIncidentTests.Page(PagerDutyIncidentTests.Incident("P4", "triggered", "12:00", "12:00")),
            PagerDutyIncidentTests.Page(PagerDutyIncidentTests.Incident("P5", "triggered", "12:00", "12:00", urgency: "low")),
        ];
        var payloads = history.Select((text, i) => Payload.OfBytes($"payload {i}.json", Encoding.UTF8.GetBytes(text))).ToList();
        await using var once = await MetricsDatabase.CreateAsync(Now);
        foreach (var payload in payloads) await FragmentBook.WriteAsync(once, PagerDutyIncidentTests.PagerDuty, payload);

        (await SingleAsync(once, "mttr_sev1")).Value.ShouldBe(3);
        (await SingleAsync(once, "mttr_sev2")).Value.ShouldBe(1);

        // Four of severity 1 and 2 in three months.
        (await SingleAsync(once, "incident_rate")).Value!.Value.ShouldBe(4.0 / 3, 1e-9);
        await SameWhenTwiceAndShuffledAsync(once, PagerDutyIncidentTests.PagerDuty, payloads);
    }

    private static async Task SameWhenTwiceAndShuffledAsync(MetricsDatabase once, SourceConnection connection, IReadOnlyList<Payload> payloads)
    {
        var (facts, values) = (await once.FactsAsync(), await once.ValuesAsync());
        foreach (var payload in payloads) (await FragmentBook.WriteAsync(once, connection, payload)).New.ShouldBe(0);
        (await once.FactsAsync()).ShouldBe(facts);

        await using var shuffled = await MetricsDatabase.CreateAsync(Now);
        foreach (var payload in Shuffle.WithDuplicates(payloads, 7)) await FragmentBook.WriteAsync(shuffled, connection, payload);
        (await shuffled.FactsAsync()).ShouldBe(facts);
        (await shuffled.ValuesAsync()).ShouldBe(values);
    }

    private static async Task<KpiRow> SingleAsync(MetricsDatabase database, string kpi) =>
        (await database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse("2026-Q3", database.Settings.Calendar)) { Kpis = [kpi] }, TestContext.Current.CancellationToken))
        .ShouldHaveSingleItem();
}
