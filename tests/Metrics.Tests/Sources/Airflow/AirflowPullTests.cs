using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.Airflow;
using Metrics.Sync;
using Metrics.Tests.Sources.Canonical;
using Metrics.Tests.Storage;
using Metrics.Tests.Sync;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.Airflow;

/// <summary>Pulls from a real HTTP server that answers as Airflow does.</summary>
public sealed class AirflowPullTests
{
    private static readonly DateTimeOffset Now = At("2026-07-10T00:00:00Z");

    private readonly AirflowSource source = new();

    [Theory]
    [InlineData("3.1.0")]
    [InlineData("2.10.4")]
    public async Task Pages_are_counted_by_the_rows_that_came_whatever_was_asked_for(string version)
    {
        await using var airflow = await new FakeAirflow { Version = version, MostRows = 3 }.StartAsync();
        for (var i = 0; i < 10; i++) Add(airflow, $"r{i}", "success");

        var pages = await PullAsync(airflow);

        (await RunsAsync(pages)).ShouldBe(string.Join(' ', Enumerable.Range(0, 10).Select(i => $"r{i}#1:success")));
        pages[^1].Covered.ShouldContain(new TimeCovered("pipeline_run", At("2026-07-01T00:00:00Z"), Until(pages)));
        airflow.Asked.Count(a => a.Contains("dags/~/dagRuns?", StringComparison.Ordinal)).ShouldBe(4);
    }

    [Fact]
    public async Task A_second_pull_asks_for_what_changed_since_the_first_with_an_overlap()
    {
        await using var airflow = await new FakeAirflow().StartAsync();
        Add(airflow, "r1", "success");
        var first = await PullAsync(airflow);

        Add(airflow, "r2", "failed", updated: Now);
        var second = await PullAsync(airflow, cursor: first[^1].Cursor);

        (await RunsAsync(second)).ShouldBe("r2#1:failed");
        var from = Until(first) - TimeSpan.FromMinutes(5);
        airflow.Asked.ShouldContain(a => a.Contains(Uri.EscapeDataString(from.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)), StringComparison.Ordinal));
        // DAGs and assets are the same as before: they are not written again.
        second.ShouldNotContain(p => p.Payload != null && p.Payload.Name.StartsWith("dags", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_that_change_and_appear_between_pages_are_repeated_but_none_is_skipped()
    {
        await using var airflow = await new FakeAirflow { MostRows = 2 }.StartAsync();
        for (var i = 0; i < 6; i++) Add(airflow, $"r{i}", "running");
        var asked = 0;
        airflow.Before = path =>
        {
            if (!path.Contains("dags/~/dagRuns", StringComparison.Ordinal) || ++asked != 2) return;
            // A run that was not in the listing joins it at its front; another one ends.
            airflow.Runs.Insert(0, (Now, AirflowRows.Run("orders", "older", "failed", "2026-07-01T00:00:00Z", "2026-07-01T01:00:00Z")));
            airflow.Runs[6].Row["state"] = "success";
        };

        var runs = await RunsAsync(await PullAsync(airflow));

        foreach (var i in Enumerable.Range(0, 6)) runs.ShouldContain($"r{i}#1:");
        runs.ShouldContain("r5#1:success");
    }

    [Fact]
    public async Task Runs_that_are_purged_while_pages_are_read_make_none_be_skipped()
    {
        await using var airflow = await new FakeAirflow { MostRows = 2 }.StartAsync();
        for (var i = 0; i < 7; i++) Add(airflow, $"r{i}", "success");
        var asked = 0;
        airflow.Before = path =>
        {
            if (path.Contains("dags/~/dagRuns", StringComparison.Ordinal) && ++asked == 2) airflow.Runs.RemoveRange(0, 2);
        };

        var runs = await RunsAsync(await PullAsync(airflow));

        foreach (var i in Enumerable.Range(0, 7)) runs.ShouldContain($"r{i}#1:");
    }

    [Fact]
    public async Task A_pull_that_breaks_off_goes_on_from_its_last_page()
    {
        await using var airflow = await new FakeAirflow { MostRows = 2 }.StartAsync();
        for (var i = 0; i < 6; i++) Add(airflow, $"r{i}", "success");
        var written = new List<Page>();
        airflow.Before = path =>
        {
            if (path.Contains("offset=4", StringComparison.Ordinal)) airflow.Failures.Enqueue((403, null));
        };
        await Should.ThrowAsync<TerminalSourceException>(() => PullAsync(airflow, into: written));
        airflow.Before = _ => { };
        airflow.Failures.Clear();

        var rest = await PullAsync(airflow, cursor: written[^1].Cursor);

        (await RunsAsync(written)).ShouldBe("r0#1:success r1#1:success r2#1:success r3#1:success");
        (await RunsAsync(rest)).ShouldBe("r4#1:success r5#1:success");
        rest[^1].Covered.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_rate_limit_is_waited_for_and_a_server_error_tried_again()
    {
        await using var airflow = await new FakeAirflow().StartAsync();
        Add(airflow, "r1", "success");
        airflow.Failures.Enqueue((429, "7"));
        airflow.Failures.Enqueue((500, null));
        var clock = new SkippingClock(Now);

        (await RunsAsync(await PullAsync(airflow, clock: clock))).ShouldBe("r1#1:success");
        clock.Waits.ShouldContain(w => w >= TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_token_that_expires_is_renewed_and_a_wrong_password_is_not_tried_again()
    {
        await using var airflow = await new FakeAirflow { MostRows = 1, TokenUses = 4 }.StartAsync();
        for (var i = 0; i < 6; i++) Add(airflow, $"r{i}", "success");

        (await RunsAsync(await PullAsync(airflow))).Split(' ').Length.ShouldBe(6);
        airflow.Asked.Count(a => a.StartsWith("POST /auth/token", StringComparison.Ordinal)).ShouldBeGreaterThan(2);
        (await Should.ThrowAsync<TerminalSourceException>(() => PullAsync(airflow, password: "wrong"))).Message.ShouldContain("answered 401");
    }

    [Fact]
    public async Task Version_1_takes_basic_credentials()
    {
        await using var airflow = await new FakeAirflow { Version = "2.10.4" }.StartAsync();
        Add(airflow, "r1", "success");

        (await RunsAsync(await PullAsync(airflow))).ShouldBe("r1#1:success");
        (await Should.ThrowAsync<TerminalSourceException>(() => PullAsync(airflow, password: "wrong"))).Message.ShouldContain("answered 401");
    }

    [Fact]
    public async Task A_server_before_2_6_is_asked_for_runs_that_ended_and_for_those_that_are_open()
    {
        await using var airflow = await new FakeAirflow { Version = "2.5.3" }.StartAsync();
        Add(airflow, "old", "success", end: "2026-01-01T00:00:00Z", start: "2026-01-01T00:00:00Z");
        Add(airflow, "ended", "failed");
        airflow.Runs.Add((Now, AirflowRows.Run("orders", "open", "running", "2026-07-09T00:00:00Z", null)));

        (await RunsAsync(await PullAsync(airflow))).ShouldBe("ended#1:failed open#1:running");
    }

    [Fact]
    public async Task A_cleared_run_has_two_attempts_by_the_tries_of_its_tasks_and_ids_are_encoded()
    {
        await using var airflow = await new FakeAirflow().StartAsync();
        const string Id = "scheduled__2026-07-02T00:00:00+00:00/a";
        airflow.Runs.Add((Now, AirflowRows.Run("or ders", Id, "success", "2026-07-02T06:30:00Z", "2026-07-02T06:40:00Z", logical: "2026-07-02T00:00:00Z")));
        airflow.Tasks.Add(AirflowRows.Task("or ders", Id, "extract", 1, "success", "2026-07-02T06:00:00Z", "2026-07-02T06:04:00Z"));
        airflow.Tasks.Add(AirflowRows.Task("or ders", Id, "load", 2, "success", "2026-07-02T06:31:00Z", "2026-07-02T06:39:00Z", retries: 1, index: 3));
        airflow.Tries.Add(AirflowRows.Try("or ders", Id, "load", 1, "failed", "2026-07-02T06:05:00Z", "2026-07-02T06:09:00Z", index: 3));
        airflow.Tries.Add(AirflowRows.Try("or ders", Id, "load", 2, "success", "2026-07-02T06:31:00Z", "2026-07-02T06:39:00Z", retries: 1, index: 3));

        var readings = await ReadAsync(await PullAsync(airflow));

        string.Join('\n', readings.OfType<RecordRead>().Select(r => r.Record).OfType<PipelineRun>()
            .Select(r => $"{r.Attempt} {r.State} {r.ScheduledFor:HH:mm} {r.StartedAt:HH:mm}-{r.EndedAt:HH:mm} {r.Error}")).ShouldBe("""
            1 Failed 00:00 06:00-06:09 task load[3] failed in try 1
            2 Success 00:00 06:30-06:40 
            """);
    }

    [Fact]
    public async Task Tasks_of_runs_that_do_not_count_are_not_asked_for()
    {
        await using var airflow = await new FakeAirflow().StartAsync();
        airflow.Runs.Add((Now, AirflowRows.Run("orders", "m", "failed", "2026-07-02T06:30:00Z", "2026-07-02T06:40:00Z", type: "manual")));
        airflow.Runs.Add((Now, AirflowRows.Run("orders", "q", "queued", null, null)));

        (await RunsAsync(await PullAsync(airflow))).ShouldBe("m#1:failed q#1:queued");
        airflow.Asked.ShouldNotContain(a => a.Contains("taskInstances", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_of_version_1_are_read_backwards_until_the_last_pull()
    {
        await using var airflow = await new FakeAirflow { Version = "2.10.4", MostRows = 2 }.StartAsync();
        for (var i = 1; i < 10; i++) airflow.Events.Add(AirflowRows.Event(i, "s3://lake/orders", "orders", $"r{i}", $"2026-0{(i < 5 ? 6 : 7)}-0{i}T00:00:00Z"));

        var outputs = (await ReadAsync(await PullAsync(airflow))).OfType<RecordRead>().Select(r => r.Record).OfType<RunOutput>();

        string.Join(' ', outputs.Select(o => o.RunId).Order(StringComparer.Ordinal)).ShouldBe("r5 r6 r7 r8 r9");
        airflow.Asked.Count(a => a.Contains("datasets/events", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task A_test_says_what_it_saw_and_a_page_to_log_in_is_no_api()
    {
        await using var airflow = await new FakeAirflow().StartAsync();
        Add(airflow, "r1", "success");
        airflow.Dags.Add(AirflowRows.Dag("orders"));
        (await source.TestAsync(Context(airflow.Url, new SkippingClock(Now)), TestContext.Current.CancellationToken))
            .ShouldBe("Airflow 3.1.0 (API v2), 1 DAGs, 1 runs");

        await using var page = await LoopbackApi.StartAsync(http => http.Response.Body.WriteAsync("<html>"u8.ToArray()).AsTask());
        (await Should.ThrowAsync<TerminalSourceException>(() => source.TestAsync(Context(page.Url, new SkippingClock(Now)), TestContext.Current.CancellationToken)))
            .Message.ShouldContain("answered something that is no JSON: perhaps a page to log in.");
    }

    /// <summary>By hand: of four scheduled first attempts two succeed (r1, r4); r2 fails and succeeds when cleared, r3 fails.</summary>
    [Fact]
    public async Task From_the_server_to_success_rate_and_freshness()
    {
        await using var airflow = await new FakeAirflow { MostRows = 3 }.StartAsync();
        airflow.Dags.Add(AirflowRows.Dag("orders", tags: ["tier0"]));
        airflow.Assets.Add(AirflowRows.Asset(1, "s3://lake/orders", ("orders", "load")));
        foreach (var (day, state) in new[] { (1, "success"), (2, "success"), (3, "failed"), (4, "success") })
        {
            var late = day == 2 ? "30" : "00";
            airflow.Runs.Add((At($"2026-07-0{day}T07:00:00Z"), AirflowRows.Run(
                "orders", $"r{day}", state, $"2026-07-0{day}T06:{late}:00Z", $"2026-07-0{day}T06:{(day == 2 ? "40" : "10")}:00Z", logical: $"2026-07-0{day}T06:00:00Z")));
            if (state == "success") airflow.Events.Add(AirflowRows.Event(day, "s3://lake/orders", "orders", $"r{day}", $"2026-07-0{day}T06:{(day == 2 ? "39" : "09")}:00Z", 100));
        }

        airflow.Runs.Add((At("2026-07-05T07:00:00Z"), AirflowRows.Run("orders", "m", "failed", "2026-07-04T08:00:00Z", "2026-07-04T08:10:00Z", type: "manual")));
        airflow.Tasks.Add(AirflowRows.Task("orders", "r2", "load", 2, "success", "2026-07-02T06:30:00Z", "2026-07-02T06:39:00Z", retries: 1));
        airflow.Tries.Add(AirflowRows.Try("orders", "r2", "load", 1, "failed", "2026-07-02T06:00:00Z", "2026-07-02T06:05:00Z"));
        airflow.Tries.Add(AirflowRows.Try("orders", "r2", "load", 2, "success", "2026-07-02T06:30:00Z", "2026-07-02T06:39:00Z", retries: 1));
        await using var database = await MetricsDatabase.CreateAsync("2026-07-05T00:00:00Z");
        await database.ImportAsync(("datasets.csv", "dataset,tier,freshness_max_age\ns3://lake/orders,0,PT25H\n"));
        var folder = Directory.CreateTempSubdirectory("metrics-airflow-");
        try
        {
            var number = 0;
            foreach (var page in (await PullAsync(airflow)).Where(p => p.Payload is not null))
            {
                await using var file = File.Create(Path.Combine(folder.FullName, $"{number++}.json"));
                await source.Redact(page.Payload!, ReadingText.Redactor).CopyToAsync(file, TestContext.Current.CancellationToken);
            }

            foreach (var file in folder.GetFiles()) File.SetLastWriteTimeUtc(file.FullName, new DateTime(2026, 7, 4, 12, 0, 0, DateTimeKind.Utc));
            (await database.ImportAsync(source, folder.FullName)).ShouldAllBe(o => o.Report != null && o.Report.Rejected == 0);
            (await database.ImportAsync(source, folder.FullName)).ShouldAllBe(o => o.Report!.New == 0 && o.Report.Changed == 0);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        var request = new KpiRequest(Period.Parse("2026-07", database.Settings.Calendar)) { By = [Dimension.Tier] };
        var rows = await database.Evaluator.EvaluateAsync(request, TestContext.Current.CancellationToken);
        var success = rows.Single(r => r.Kpi.Id == "pipeline_success_rate" && r.Group[Dimension.Tier] == "0");
        (success.Numerator, success.Denominator).ShouldBe((2, 4));

        // The day of the first load, 1 July, is not observed. All of the 2nd is fresh; the run that ended then at 06:40 is 25 hours old
        // on the 3rd at 07:40; the event of the 4th comes at 06:09.
        var fresh = rows.Single(r => r.Kpi.Id == "freshness_adherence" && r.Group[Dimension.Tier] == "0");
        fresh.Denominator.ShouldBe(3);
        (fresh.Numerator!.Value * 24 * 60).ShouldBe((24 * 60) + (7 * 60) + 40 + (17 * 60) + 51, 0.001m);
    }

    /// <summary>Where the published specification lies beside the repository: the fake's answers have the members it demands, and no others.</summary>
    [Fact]
    public async Task The_answers_of_the_fake_are_those_of_the_published_specification()
    {
        var file = SourceFixtures.Folder("airflow") is { } folder ? Path.Combine(folder, "openapi", "v2_3.2.1rc1.yaml") : null;
        Assert.SkipWhen(file is null || !File.Exists(file), "The published specification is not beside the repository.");
        await using var airflow = await new FakeAirflow().StartAsync();
        airflow.Dags.Add(AirflowRows.Dag("orders", ["crm"], ["tier0"]));
        airflow.Assets.Add(AirflowRows.Asset(1, "s3://lake/orders", ("orders", "load")));
        airflow.Events.Add(AirflowRows.Event(1, "s3://lake/orders", "orders", "r1", "2026-07-02T06:39:00Z"));
        Add(airflow, "r1", "failed");
        airflow.Tasks.Add(AirflowRows.Task("orders", "r1", "load", 2, "failed", "2026-07-02T06:30:00Z", "2026-07-02T06:39:00Z"));
        airflow.Tries.Add(AirflowRows.Try("orders", "r1", "load", 1, "failed", "2026-07-02T06:30:00Z", "2026-07-02T06:39:00Z"));

        await PullAsync(airflow);

        var specification = new AirflowSpecification(file!);
        foreach (var asked in airflow.Asked.Where(a => a.StartsWith("GET /api/", StringComparison.Ordinal))) specification.FaultOf(asked).ShouldBeNull();
        var answered = airflow.Answers.Select(a => a.Path).Distinct().ToList();
        answered.Count.ShouldBe(6);
        foreach (var (path, body) in airflow.Answers) specification.FaultOf(path, JsonNode.Parse(body)!.AsObject()).ShouldBeNull();
    }

    private static void Add(FakeAirflow airflow, string id, string state, DateTimeOffset? updated = null, string start = "2026-07-02T00:00:00Z", string end = "2026-07-02T01:00:00Z") =>
        airflow.Runs.Add((updated ?? At("2026-07-02T01:00:00Z"), AirflowRows.Run("orders", id, state, start, state == "running" ? null : end)));

    private async Task<List<Page>> PullAsync(
        FakeAirflow airflow, string? cursor = null, SkippingClock? clock = null, string password = "secret", List<Page>? into = null)
    {
        into ??= [];
        await foreach (var page in source.PullAsync(Context(airflow.Url, clock ?? new SkippingClock(Now), cursor, password), TestContext.Current.CancellationToken))
            into.Add(page);
        return into;
    }

    private PullContext Context(Uri url, SkippingClock clock, string? cursor = null, string password = "secret")
    {
        var connection = SourceConnection.Create(
            source, "main", new Dictionary<string, string> { ["base_url"] = url.ToString(), ["user"] = "viewer" },
            new Dictionary<string, string> { ["password"] = password });
        return new PullContext
        {
            Connection = connection,
            Http = SourceHttp.Create(new Addresses(allowPrivate: true), clock, new Patience { Attempt = SkippingClock.TimeOut }),
            Clock = clock,
            CursorText = cursor,
            Since = At("2026-07-01T00:00:00Z"),
            Addresses = new Addresses(allowPrivate: true),
        };
    }

    private async Task<List<Reading>> ReadAsync(IEnumerable<Page> pages)
    {
        var readings = new List<Reading>();
        var context = new ReadContext(ReadingText.Redactor, SourceConnection.Bare(source, "main"), Now);
        foreach (var payload in pages.Select(p => p.Payload).OfType<Payload>())
            await foreach (var reading in source.ReadAsync(payload, context, TestContext.Current.CancellationToken)) readings.Add(reading);
        return readings;
    }

    private async Task<string> RunsAsync(IEnumerable<Page> pages) => string.Join(' ', (await ReadAsync(pages)).OfType<RecordRead>()
        .Select(r => r.Record).OfType<PipelineRun>().Select(r => $"{r.RunId}#{r.Attempt}:{FactWords.Of(r.State!.Value)}"));

    private static DateTimeOffset Until(List<Page> pages) =>
        JsonDocument.Parse(pages[^1].Cursor).RootElement.GetProperty("readUntil").GetDateTimeOffset();

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
