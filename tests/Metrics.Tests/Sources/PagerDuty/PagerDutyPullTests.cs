using System.Globalization;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.PagerDuty;
using Metrics.Tests.Sync;
using Microsoft.AspNetCore.Http;
using static Metrics.Tests.Sources.PagerDuty.PagerDutyIncidentTests;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.PagerDuty;

/// <summary>A real HTTP server that speaks PagerDuty's REST API.</summary>
public sealed class PagerDutyPullTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Id, when created, JSON.</summary>
    private readonly List<(string Id, DateTimeOffset Created, string Status, string Json)> incidents = [];

    private Func<HttpContext, bool> fails = _ => false;

    [Fact]
    public async Task Incidents_come_by_windows_of_less_than_half_a_year_with_their_logs()
    {
        await using var api = await ServerAsync();
        Add("P1", "resolved", "14:00", resolved: "14:00");
        var run = Run(api, Now.AddDays(-400));

        await run.RunAsync();

        run.Book.All<Incident>().Single().AcknowledgedAt.ShouldBe(new DateTimeOffset(2026, 7, 1, 10, 5, 0, TimeSpan.Zero));
        var windows = api.Asked.Where(a => a.Contains("since=", StringComparison.Ordinal)).Select(Query).ToList();
        windows.Count.ShouldBe(3);
        windows.ShouldAllBe(w => Moment(w["until"]) - Moment(w["since"]) <= TimeSpan.FromDays(180));
        windows.Zip(windows.Skip(1)).ShouldAllBe(w => w.First["until"] == w.Second["since"]);
        run.Covered.ShouldBe([new TimeCovered("incident", Now.AddDays(-400), Now)]);
        api.Asked.ShouldContain(a => a.StartsWith("GET /incidents?date_range=all&statuses[]=triggered&statuses[]=acknowledged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_open_is_read_again_and_what_was_reopened_long_after_is_found()
    {
        await using var api = await ServerAsync();
        Add("P1", "triggered", "10:40", created: "10:00");
        Add("P2", "resolved", "10:40", created: "10:10", resolved: "10:40");
        var run = Run(api, Now.AddDays(-10));
        await run.RunAsync();

        // Twenty days on: one has been resolved, the other reopened. Both were created long before.
        incidents.Clear();
        Add("P1", "resolved", "14:00", created: "10:00", resolved: "14:00");
        Add("P2", "triggered", "23:00", created: "10:10");
        run.Clock = new SkippingClock(Now.AddDays(20));
        await run.RunAsync();

        run.Book.All<Incident>().Select(i => (i.IncidentId, i.Status)).ShouldBe([("P1", IncidentStatus.Resolved), ("P2", IncidentStatus.Open)]);
        run.Covered[^1].ShouldBe(new TimeCovered("incident", Now, Now.AddDays(20)));
    }

    [Fact]
    public async Task An_open_incident_that_was_deleted_is_let_go()
    {
        await using var api = await ServerAsync();
        Add("P1", "triggered", "10:40");
        var run = Run(api, Now.AddDays(-10));
        await run.RunAsync();
        incidents.Clear();
        run.Clock = new SkippingClock(Now.AddDays(20));

        await run.RunAsync();
        api.Asked.Clear();
        await run.RunAsync();

        api.Asked.ShouldNotContain(a => a.Contains("/incidents/P1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_failure_in_the_middle_nothing_is_missing_and_nothing_twice()
    {
        await using var api = await ServerAsync();
        for (var i = 0; i < 250; i++) Add($"Q{i:D3}", "resolved", "14:00", resolved: "14:00");
        var run = Run(api, Now.AddDays(-10));
        fails = context => context.Request.QueryString.Value!.Contains("offset=200", StringComparison.Ordinal);

        await Should.ThrowAsync<TransientSourceException>(() => run.RunAsync());
        run.Book.All<Incident>().Count().ShouldBe(200);
        run.Covered.ShouldBeEmpty();

        fails = _ => false;
        api.Asked.Clear();
        await run.RunAsync();
        run.Book.All<Incident>().Count().ShouldBe(250);
        api.Asked.First(a => a.Contains("since=", StringComparison.Ordinal)).ShouldContain("offset=200");
    }

    [Fact]
    public async Task More_than_ten_thousand_are_read_in_narrower_windows()
    {
        await using var api = await LoopbackApi.StartAsync(context =>
        {
            var query = context.Request.Query;
            var isWide = query.ContainsKey("since") && Moment(query["until"]!) - Moment(query["since"]!) > TimeSpan.FromHours(12);
            int.Parse(query["offset"]!, CultureInfo.InvariantCulture).ShouldBeLessThanOrEqualTo(9_900);
            return context.Response.WriteAsync(isWide ? Page(string.Join(',', Enumerable.Repeat("""{"type": "incident"}""", 100)), more: true) : Page(""));
        });
        var run = Run(api, Now.AddDays(-2));

        await run.RunAsync();

        run.Covered.ShouldBe([new TimeCovered("incident", Now.AddDays(-2), Now)]);
    }

    [Fact]
    public async Task A_limit_is_waited_for_and_a_wrong_key_is_refused()
    {
        await using var api = await ServerAsync();
        var answers = 0;
        fails = context =>
        {
            if (++answers > 1) return false;
            context.Response.StatusCode = 429;
            context.Response.Headers["ratelimit-reset"] = "9";
            return true;
        };
        var run = Run(api, Now.AddDays(-1));
        await run.RunAsync();
        run.Clock.Waits.Count.ShouldBe(1);

        fails = context =>
        {
            context.Response.StatusCode = 401;
            return true;
        };
        (await Should.ThrowAsync<TerminalSourceException>(() => run.RunAsync())).Message.ShouldContain("401");
    }

    [Fact]
    public async Task A_sweep_lists_what_exists_month_by_month()
    {
        await using var api = await ServerAsync();
        Add("P1", "resolved", "14:00", resolved: "14:00");
        (await Run(api, new DateTimeOffset(2026, 5, 20, 0, 0, 0, TimeSpan.Zero)).SweepAsync()).ShouldBe(
        [
            "incident with started_at in 2026-05-20T00:00:00.0000000+00:00/2026-06-20T00:00:00.0000000+00:00: ",
            "incident with started_at in 2026-06-20T00:00:00.0000000+00:00/2026-07-02T00:00:00.0000000+00:00: P1",
        ]);
    }

    private static PullRun Run(LoopbackApi api, DateTimeOffset since) => new(
        SourceConnection.Create(
            new PagerDutySource(), "", new Dictionary<string, string> { ["api_url"] = api.Url.ToString() },
            new Dictionary<string, string> { ["token"] = "t" }),
        Now)
    {
        Since = since,
    };

    private void Add(string id, string status, string changed, string created = "10:00", string? resolved = null) =>
        incidents.Add((id, Moment(At(created)), status, Incident(id, status, changed, changed, created: created, resolved: resolved)));

    private Task<LoopbackApi> ServerAsync() => LoopbackApi.StartAsync(context =>
    {
        context.Request.Headers.Authorization.ToString().ShouldBe("Token token=t");
        context.Response.ContentType = "application/json";
        if (fails(context))
        {
            if (context.Response.StatusCode == 200) context.Response.StatusCode = 500;
            return Task.CompletedTask;
        }

        var query = context.Request.Query;
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length == 3) return context.Response.WriteAsync(path[1] == "P1" ? Log("10:40") : """{"log_entries": [], "more": false}""");
        if (path.Length == 2)
        {
            var single = incidents.Find(i => i.Id == path[1]);
            if (single.Json is not null) return context.Response.WriteAsync($$"""{"incident": {{single.Json}}}""");
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        }

        var all = query.ContainsKey("since")
            ? incidents.Where(i => i.Created >= Moment(query["since"]!) && i.Created < Moment(query["until"]!))
            : incidents.Where(i => query["statuses[]"].Contains(i.Status));
        var offset = int.Parse(query["offset"]!, CultureInfo.InvariantCulture);
        var rest = all.OrderBy(i => i.Created).Skip(offset).ToList();
        return context.Response.WriteAsync(Page(string.Join(',', rest.Take(100).Select(i => i.Json)), rest.Count > 100));
    });

    private static Dictionary<string, string> Query(string asked) => asked.Split('?')[1].Split('&').Select(p => p.Split('=')).GroupBy(p => p[0]).ToDictionary(p => p.Key, p => Uri.UnescapeDataString(p.First()[1]));

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
