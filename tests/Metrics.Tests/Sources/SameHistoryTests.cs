using System.Text;
using System.Text.Json;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.GitHub;
using Metrics.Sources.Opsgenie;
using Metrics.Sources.PagerDuty;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Metrics.Sync;
using Metrics.Tests.Sources.GitHub;
using Metrics.Tests.Sources.Opsgenie;
using Metrics.Tests.Sources.PagerDuty;
using Metrics.Tests.Storage;
using Metrics.Tests.Sync;
using Microsoft.AspNetCore.Http;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources;

/// <summary>
/// The same history as a pull finds it afterwards, as webhooks tell it event by event, and as files of the API's answers: the same
/// rows, column by column. Three connections of one database, so that people's names have the same hash.
/// </summary>
public sealed class SameHistoryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 7, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly SkippingClock clock = new(Now);
    private MetricsDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-07-02T00:00:00Z");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task GitHub_by_pull_by_webhook_and_by_file()
    {
        await using var server = await GitHubServer.StartAsync();
        server.Pulls.Add((7, "16:00", GitHubPullRequestTests.Last));
        server.Deployments.Add((1, "15:30", GitHubDeploymentTests.Node));
        server.Issues.Add((40, "12:00", """
            {"number": 40, "title": "Orders are late", "state": "CLOSED", "stateReason": "COMPLETED", "createdAt": "2026-07-01T10:00:00Z",
             "updatedAt": "2026-07-01T12:00:00Z", "closedAt": "2026-07-01T12:00:00Z", "labels": {"nodes": [{"name": "incident"}, {"name": "sev1"}]}}
            """));
        SourceConnection GitHub(string name) => SourceConnection.Create(
            new GitHubSource(), name,
            new Dictionary<string, string> { ["repositories"] = "acme/pipelines", ["api_url"] = server.Address, ["incident_labels"] = "incident" },
            new Dictionary<string, string> { ["token"] = "t" });
        (string Event, string Body)[] events =
        [
            .. GitHubPullRequestTests.Life.Select(body => (body.Contains("\"review\"", StringComparison.Ordinal) ? "pull_request_review" : "pull_request", body)),
            ("deployment_status", GitHubSamples.Deployed(1, "in_progress", "15:40")), ("deployment_status", GitHubSamples.Deployed(1, "success", "15:50")),
            ("issues", GitHubSamples.Issue("opened", "10:00", "")), ("issues", GitHubSamples.Issue("labeled", "10:01", "incident;sev1")),
            ("issues", GitHubSamples.Issue("closed", "12:00", "incident;sev1", closed: "12:00", reason: "completed")),
        ];

        var pulled = await PulledAsync(GitHub);

        pulled.Split('\n').Select(l => l.Split(' ')[0]).ShouldBe(["change", "incident", "pull_request"]);
        (await PushedAsync(GitHub, events.Select((e, i) => Request(e.Body, ("X-GitHub-Event", e.Event), ("X-GitHub-Delivery", $"d{i}"))))).ShouldBe(pulled);
        (await FiledAsync(GitHub, GitHubFiles.All)).ShouldBe(pulled);
    }

    [Fact]
    public async Task PagerDuty_by_pull_by_webhook_and_by_file()
    {
        var resolved = PagerDutyIncidentTests.Incident("P1", "resolved", "14:00", changed: "14:00", priority: "P1", resolved: "14:00");
        var open = PagerDutyIncidentTests.Incident("P2", "acknowledged", "10:05", changed: "10:05");
        var logOfOpen = """
            {"log_entries": [{"id": "L2", "type": "acknowledge_log_entry", "created_at": "2026-07-01T10:05:00Z", "incident": {"id": "P2"} },
                             {"id": "L1", "type": "trigger_log_entry", "created_at": "2026-07-01T10:00:00Z", "incident": {"id": "P2"} }], "more": false}
            """;
        await using var api = await LoopbackApi.StartAsync(context => context.Response.WriteAsync(context.Request.Path.Value switch
        {
            "/incidents/P1/log_entries" => PagerDutyIncidentTests.Log("14:00"),
            "/incidents/P2/log_entries" => logOfOpen,
            _ => PagerDutyIncidentTests.Page(context.Request.Query.ContainsKey("since") ? $"{resolved}, {open}" : open),
        }));
        SourceConnection PagerDuty(string name) => SourceConnection.Create(
            new PagerDutySource(), name, new Dictionary<string, string> { ["api_url"] = api.Url.ToString() }, new Dictionary<string, string> { ["token"] = "t" });
        string[] events =
        [
            .. PagerDutyIncidentTests.Life,
            PagerDutyIncidentTests.Pushed("f1", "incident.triggered", "10:00", "triggered", incident: "P2"),
            PagerDutyIncidentTests.Pushed("f2", "incident.acknowledged", "10:05", "acknowledged", incident: "P2"),
        ];

        var pulled = await PulledAsync(PagerDuty);

        pulled.Split('\n').Select(l => l.Split(' ')[0]).ShouldBe(["incident", "incident"]);
        (await PushedAsync(PagerDuty, events.Select(e => Request(e)))).ShouldBe(pulled);
        (await FiledAsync(PagerDuty, PagerDutyIncidentTests.Page($"{open}, {resolved}"), logOfOpen, PagerDutyIncidentTests.Log("14:00"))).ShouldBe(pulled);
    }

    /// <summary>A webhook of an incident tells neither who acknowledged it nor when: only alerts are the same all three ways.</summary>
    [Fact]
    public async Task Opsgenie_by_pull_by_file_and_its_alerts_by_webhook()
    {
        var incident = OpsgenieTests.Listed("closed", "12:30", impactEnd: "11:55");
        var timeline = OpsgenieTests.Timeline(
            ("IncidentOpened", "10:00"), ("ResponderAlertAcked", "10:07"), ("IncidentResolved", "11:00"), ("IncidentReopened", "11:30"), ("IncidentResolved", "12:00"), ("IncidentClosed", "12:30"));
        var alert = OpsgenieTests.Alert("closed", "11:00", acknowledged: false, """{"ackTime": 120000, "closeTime": 3600000}""");
        await using var api = await LoopbackApi.StartAsync(context => context.Response.WriteAsync(
            context.Request.Path.Value!.Contains("/incident-timelines/", StringComparison.Ordinal) ? timeline.Replace("\"incidentId\": \"i-1\", ", "", StringComparison.Ordinal)
            : context.Request.Query["query"] == "status:open" ? """{"data": []}"""
            : context.Request.Path == "/v1/incidents" ? incident
            : $$"""{"data": [{{JsonDocument.Parse(alert).RootElement.GetProperty("data").GetRawText()}}]}"""));
        SourceConnection Opsgenie(string name) => SourceConnection.Create(
            new OpsgenieSource(), name, new Dictionary<string, string> { ["api_url"] = api.Url.ToString() }, new Dictionary<string, string> { ["api_key"] = "k" });

        var pulled = await PulledAsync(Opsgenie);

        pulled.Split('\n').Select(l => l.Split(' ')[0]).ShouldBe(["alert", "incident"]);
        (await FiledAsync(Opsgenie, timeline, alert, incident)).ShouldBe(pulled);
        (string Action, string At)[] events = [("Create", "10:00"), ("Acknowledge", "10:02"), ("Close", "11:00")];
        (await PushedAsync(Opsgenie, events.Select(e => Request(OpsgenieTests.PushedAlert(e.Action, e.At))))).ShouldBe(pulled.Split('\n')[0]);
    }

    private async Task<string> PulledAsync(Func<string, SourceConnection> connection)
    {
        var ingest = new Ingest(database.Application, clock, database.Settings.Precedence);
        var configured = new ConfiguredConnection(connection("pull") with { AllowPrivateAddresses = true, Since = Now.AddDays(-30) }, 1);
        var report = await new SyncRunner(database.Application, new Importer(database.Application, ingest, clock), ingest, clock, new Patience { Attempt = SkippingClock.TimeOut })
            .PullAsync(configured, cancellation: Cancellation);
        report.Error.ShouldBeNull();
        return await RowsAsync("pull");
    }

    private async Task<string> PushedAsync(Func<string, SourceConnection> connection, IEnumerable<PushRequest> requests)
    {
        var push = connection("push");
        foreach (var request in requests)
        {
            var pushed = ((IPushSource)push.Source).Describe(request);
            await Importer().WriteAsync(push, pushed.Payload.ShouldNotBeNull(), new Delivery(IngestWay.Push) { Event = pushed.Id }, Cancellation);
        }

        return await RowsAsync("push");
    }

    private static PushRequest Request(string body, params (string Name, string Value)[] headers)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return new PushRequest(headers.ToDictionary(h => h.Name, h => h.Value), bytes, bytes);
    }

    private async Task<string> FiledAsync(Func<string, SourceConnection> connection, params string[] files)
    {
        var folder = Directory.CreateTempSubdirectory("metrics-history-");
        try
        {
            for (var i = 0; i < files.Length; i++) await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{i}.json"), files[i], Cancellation);
            await foreach (var outcome in Importer().ImportAsync(connection("file"), [folder.FullName], cancellation: Cancellation))
                outcome.Report.ShouldNotBeNull(outcome.Refused ?? outcome.Skipped).Rejected.ShouldBe(0);
            return await RowsAsync("file");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private Importer Importer() => new(database.Application, new Ingest(database.Application, database.Clock, database.Settings.Precedence), database.Clock);

    /// <summary>Every row of a connection, without its name and the batch that brought it.</summary>
    private async Task<string> RowsAsync(string connection)
    {
        await using var session = await database.Application.OpenConnectionAsync(Cancellation);
        var lines = new List<string>();
        foreach (var fact in FactSchema.All)
        {
            lines.AddRange(await session.QueryAsync(
                $"select (to_jsonb(t) - 'batch' - 'connection')::text from {FactTables.Table(fact)} t where connection = $1 order by 1",
                r => $"{fact.Name} {r.GetString(0)}", Cancellation, connection));
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }
}
