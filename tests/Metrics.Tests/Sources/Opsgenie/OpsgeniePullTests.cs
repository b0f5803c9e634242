using System.Globalization;
using System.Text.RegularExpressions;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.Opsgenie;
using Metrics.Tests.Sync;
using Microsoft.AspNetCore.Http;
using static Metrics.Tests.Sources.Opsgenie.OpsgenieTests;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.Opsgenie;

/// <summary>A real HTTP server that speaks Opsgenie's REST API.</summary>
public sealed partial class OpsgeniePullTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 2, 0, 0, 0, TimeSpan.Zero);
    private readonly List<(string Id, string Status, string Json)> incidents = [];
    private readonly List<(string Id, string Status, string Json)> alerts = [];
    private bool isBroken;

    [Fact]
    public async Task Incidents_come_with_their_timelines_and_alerts_beside_them()
    {
        await using var api = await ServerAsync();
        Add("closed", "12:30");
        alerts.Add(("a-1", "closed", """{"id": "a-1", "alias": "late", "createdAt": "2026-07-01T10:00:00Z", "updatedAt": "2026-07-01T11:00:00Z", "status": "closed", "report": {"ackTime": 60000}}"""));
        var run = Run(api);

        await run.RunAsync();

        var incident = run.Book.All<Incident>().Single();
        (incident.AcknowledgedAt, incident.ResolvedAt).ShouldBe((Moment("10:07"), Moment("12:00")));
        run.Book.All<Alert>().Single().AcknowledgedAt.ShouldBe(Moment("10:01"));
        run.Covered.ShouldBe([new TimeCovered("incident", run.Since, Now), new TimeCovered("alert", run.Since, Now)]);
    }

    [Fact]
    public async Task What_was_open_is_read_again_whenever_it_was_created()
    {
        await using var api = await ServerAsync();
        Add("open", "10:10");
        var run = Run(api);
        await run.RunAsync();
        incidents.Clear();
        Add("closed", "12:30");
        run.Clock = new SkippingClock(Now.AddDays(20));

        await run.RunAsync();

        run.Book.All<Incident>().Single().Status.ShouldBe(IncidentStatus.Resolved);
        api.Asked.ShouldContain("GET /v1/incidents/i-1?identifierType=id");
    }

    [Fact]
    public async Task After_a_failure_it_goes_on_where_it_was()
    {
        await using var api = await ServerAsync();
        for (var i = 0; i < 150; i++) incidents.Add(($"i-{i}", "closed", OneOf(Listed("closed", "12:30", id: $"i-{i}"))));
        var run = Run(api);
        isBroken = true;
        await Should.ThrowAsync<TransientSourceException>(() => run.RunAsync());
        run.Covered.ShouldBeEmpty();
        var before = run.Book.All<Incident>().Count();
        isBroken = false;

        await run.RunAsync();

        (before, run.Book.All<Incident>().Count()).ShouldBe((100, 150));
    }

    [Fact]
    public async Task A_sweep_lists_what_exists()
    {
        await using var api = await ServerAsync();
        Add("open", "10:10");
        var parts = await new PullRun(Connection(api, "false"), Now) { Since = Now.AddDays(-3) }.SweepAsync();
        parts.ShouldBe(["incident with detected_at in 2026-06-29T00:00:00.0000000+00:00/2026-07-02T00:00:00.0000000+00:00: i-1"]);
    }

    private static PullRun Run(LoopbackApi api) => new(Connection(api, "true"), Now);

    private static SourceConnection Connection(LoopbackApi api, string alerts) => SourceConnection.Create(
        new OpsgenieSource(), "", new Dictionary<string, string> { ["api_url"] = api.Url.ToString(), ["alerts"] = alerts }, new Dictionary<string, string> { ["api_key"] = "k" });

    private void Add(string status, string updated) => incidents.Add(("i-1", status, OneOf(Listed(status, updated))));

    private static string OneOf(string list) => System.Text.Json.JsonDocument.Parse(list).RootElement.GetProperty("data")[0].GetRawText();

    private Task<LoopbackApi> ServerAsync() => LoopbackApi.StartAsync(context =>
    {
        context.Request.Headers.Authorization.ToString().ShouldBe("GenieKey k");
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var query = context.Request.Query["query"].ToString();
        var offset = context.Request.Query["offset"].ToString();
        if (isBroken && offset == "100")
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        }

        if (path[1] == "incident-timelines")
        {
            var timeline = path[2] == "i-1" ? Timeline(("ResponderAlertAcked", "10:07"), ("IncidentResolved", "12:00")) : Timeline();
            return context.Response.WriteAsync(timeline.Replace("\"incidentId\": \"i-1\", ", "", StringComparison.Ordinal));
        }

        var all = path[1] == "incidents" ? incidents : alerts;
        if (path.Length == 3)
        {
            var single = all.Find(i => i.Id == path[2]);
            if (single.Json is not null) return context.Response.WriteAsync($$"""{"data": {{single.Json}} }""");
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        }

        var chosen = query == "status:open" ? all.Where(i => i.Status == "open") : all.Where(_ => IsWithin(query));
        var page = chosen.Skip(int.Parse(offset, CultureInfo.InvariantCulture)).Take(100);
        return context.Response.WriteAsync($$"""{"data": [{{string.Join(',', page.Select(i => i.Json))}}], "paging": {}, "took": 0.1}""");
    });

    // Everything in these tests was created at 10:00.
    private static bool IsWithin(string query)
    {
        var window = Window().Match(query);
        var created = Moment("10:00").ToUnixTimeMilliseconds();
        return long.Parse(window.Groups["from"].Value, CultureInfo.InvariantCulture) <= created && created < long.Parse(window.Groups["to"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("^createdAt >= (?<from>[0-9]+) AND createdAt < (?<to>[0-9]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Window();

    private static DateTimeOffset Moment(string time) => DateTimeOffset.Parse(At(time), CultureInfo.InvariantCulture);
}
