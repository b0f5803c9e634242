using System.Globalization;
using System.Text.Json.Nodes;
using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Notices;
using Metrics.Tests.Scorecards.Delivery;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Scorecards.Notices;

/// <summary>Notices on a real database, to receivers on this machine.</summary>
public sealed class NoticeTests : IAsyncLifetime
{
    private const string Now = "2026-07-20T12:00:00Z";

    private readonly LogLines log = new();
    private MetricsDatabase database = null!;
    private Receiver slack = null!;
    private Receiver teams = null!;
    private Webhook[] channels = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await MetricsDatabase.CreateAsync(Now);
        slack = await Receiver.StartAsync();
        teams = await Receiver.StartAsync();
        channels = [Webhook.Slack(slack.Address), Webhook.Teams(teams.Address)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in channels) channel.Dispose();
        await slack.DisposeAsync();
        await teams.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_notice_reaches_both_services_once_in_their_own_form()
    {
        await PostAsync("a", "Sev 1 incident: <Orders> & *more*", "Datasets: orders.", new Uri("https://metrics.example.com/?period=2026-Q3"));
        await PostAsync("a", "Sev 1 incident: another title", "");
        await CarryAsync();
        await CarryAsync();

        slack.Messages.ShouldHaveSingleItem().ToJsonString().ShouldBe(JsonNode.Parse(
            """
            {"text":"Sev 1 incident: &lt;Orders&gt; &amp; *more*","blocks":[{"type":"section","text":{"type":"mrkdwn","text":
            "*Sev 1 incident: &lt;Orders&gt; &amp; *more**\nDatasets: orders.\n<https://metrics.example.com/?period=2026-Q3|Open>"}}],"unfurl_links":false}
            """)!.ToJsonString());
        teams.Messages.ShouldHaveSingleItem().ToJsonString().ShouldBe(JsonNode.Parse(
            """
            {"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","contentUrl":null,"content":{
            "$schema":"http://adaptivecards.io/schemas/adaptive-card.json","type":"AdaptiveCard","version":"1.4",
            "fallbackText":"Sev 1 incident: <Orders> & *more*","msteams":{"width":"Full"},"body":[{"type":"Container","separator":false,"items":[
            {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Sev 1 incident: <Orders> & *more*","weight":"Bolder"}]},
            {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Datasets: orders.","weight":"Default"}]},
            {"type":"ActionSet","actions":[{"type":"Action.OpenUrl","title":"Open","url":"https://metrics.example.com/?period=2026-Q3"}]}]}]}}]}
            """)!.ToJsonString());
    }

    [Fact]
    public async Task Many_notices_are_told_together()
    {
        for (var i = 0; i < 20; i++) await PostAsync($"k{i}", $"Notice {i}", "");

        await CarryAsync();

        slack.Messages.Select(m => m["blocks"]!.AsArray().Count).ShouldBe([NoticeCourier.Most, 20 - NoticeCourier.Most]);
        slack.Messages[0]["text"]!.GetValue<string>().ShouldStartWith("15 notices: Notice 0; Notice 1; ");
        teams.Messages.Sum(m => m["attachments"]![0]!["content"]!["body"]!.AsArray().Count).ShouldBe(20);
    }

    [Fact]
    public async Task What_is_not_taken_is_told_again_later_and_as_late_as_the_service_asks()
    {
        slack.Answers.Enqueue((503, null));
        slack.Answers.Enqueue((429, "600"));
        await PostAsync("a", "Title", "");

        await CarryAsync();
        await CarryAsync("2026-07-20T12:00:29Z");
        slack.Answers.Count.ShouldBe(1);
        await CarryAsync("2026-07-20T12:00:30Z");
        await CarryAsync("2026-07-20T12:10:29Z");
        slack.Messages.ShouldBeEmpty();
        await CarryAsync("2026-07-20T12:10:30Z");

        slack.Messages.ShouldHaveSingleItem();
        teams.Messages.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_webhook_that_is_gone_is_given_up_and_its_secret_told_to_nobody()
    {
        slack.Answers.Enqueue((404, null));
        await PostAsync("a", "Title", "");
        using var nowhere = Webhook.Teams(new Uri($"http://127.0.0.1:9/{Receiver.Secret}"));

        await CarryAsync();
        await new NoticeCourier(database.Application, [Webhook.Slack(slack.Address), nowhere], database.Clock, log).RunAsync(Cancellation);
        await PostAsync("b", "Title", "");
        await new NoticeCourier(database.Application, [nowhere], database.Clock, log).RunAsync(Cancellation);

        log.Lines.ShouldContain("Error: 1 notices are not delivered to slack: 404 Not Found: said at (the webhook)");
        log.Lines.Count(l => l.StartsWith("Warning: teams did not take 1 notices: ", StringComparison.Ordinal)).ShouldBe(1);
        log.Lines.ShouldAllBe(l => !l.Contains("SECRET", StringComparison.OrdinalIgnoreCase));
        (await TextAsync("select string_agg(last_error, '|') from notify.outbox")).ShouldNotContain("SECRET");
    }

    [Fact]
    public async Task Two_couriers_tell_everything_once()
    {
        for (var i = 0; i < 40; i++) await PostAsync($"k{i}", $"Notice {i}", "");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => CarryAsync())));

        slack.Messages.SelectMany(m => m["blocks"]!.AsArray()).Select(b => b!["text"]!["text"]!.GetValue<string>()).Order(StringComparer.Ordinal).ShouldBe(
            Enumerable.Range(0, 40).Select(i => $"*Notice {i}*").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_happens_is_noticed_once()
    {
        await database.ImportAsync(
            ("datasets.csv", "dataset,valid_from,tier,team\norders,,0,sales\n"),
            ("incidents.csv", "incident_id,title,severity,status,datasets,team,detected_at,resolved_at\n"
                + "I1,Orders are late,1,open,orders,sales,2026-07-20T10:00:00Z,\n"
                + "I2,Over already,1,resolved,orders,sales,2026-07-20T09:00:00Z,2026-07-20T09:30:00Z\n"
                + "I3,Not severe,2,open,orders,sales,2026-07-20T09:00:00Z,\n"
                + "I4,Long ago,1,open,orders,sales,2026-06-01T09:00:00Z,\n"
                + "I5,To come,1,open,orders,sales,2026-07-20T13:00:00Z,\n"),
            ("schema_changes.csv", "change_id,dataset,detected_at,change,column,breaking,effective_at\n"
                + "C1,orders,2026-07-19T08:00:00Z,column_removed,amount,true,2026-08-01T00:00:00Z\nC2,orders,2026-07-19T08:00:00Z,column_added,note,false,\n"));
        await Post.PublishAsync(database, "published", ScorecardScope.Platform, "2026-Q2", [1, 2, 3], database.Clock.GetUtcNow().AddDays(-1));

        await LookAsync();
        await LookAsync();

        (await TextAsync("select string_agg(title || ' | ' || detail || ' | ' || coalesce(link, ''), E'\\n' order by key) from notify.notice")).ShouldBe(
            """
            Sev 1 incident: Orders are late | Detected 2026-07-20 10:00 (UTC). Datasets: orders. Team: sales. | 
            The scorecard of 2026-Q2 is published (Whole platform) | Edition 1, approved by grace. a test | https://metrics.example.com/scorecards/1
            Breaking schema change of orders: column removed (amount) | Detected 2026-07-19 08:00 (UTC). In effect from 2026-08-01 00:00 (UTC). | 
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_kpi_that_becomes_missed_is_told_and_one_that_stays_so_is_not()
    {
        await RunsAsync("2026-07-02", "success", "2026-07-03T00:00:00Z");
        await LookAsync("2026-07-03T00:00:00Z");
        (await TitlesAsync()).ShouldBe("");

        await RunsAsync("2026-07-03", "failed", "2026-07-04T00:00:00Z");
        await LookAsync("2026-07-04T00:00:00Z");
        (await TitlesAsync()).ShouldBe("Pipeline success rate, Tier 0 is missed in 2026-Q3");
        (await TextAsync("select detail from notify.notice")).ShouldBe("It stands at 50.0 %; its target is > 99 %.");

        // Back and forth within a quarter is told once; staying missed into the next quarter is no news.
        await database.ImportAsync(("pipeline_runs.csv", Runs("2026-07-04", "success", 400)));
        await LookAsync("2026-07-05T00:00:00Z");
        await database.ImportAsync(("pipeline_runs.csv", Runs("2026-07-05", "failed", 40)));
        await LookAsync("2026-07-06T00:00:00Z");
        await RunsAsync("2026-10-02", "failed", "2026-10-03T00:00:00Z");
        await LookAsync("2026-10-03T00:00:00Z");
        (await TitlesAsync()).ShouldBe("Pipeline success rate, Tier 0 is missed in 2026-Q3");
    }

    [Fact]
    public async Task A_source_that_falls_silent_is_noticed_by_its_own_rhythm()
    {
        for (var day = 1; day <= 8; day++) await RunsAsync($"2026-07-0{day}", "success", $"2026-07-0{day}T06:00:00Z");

        await LookAsync("2026-07-11T05:00:00Z");
        (await TitlesAsync()).ShouldBe("");
        await LookAsync("2026-07-11T07:00:00Z");
        await LookAsync("2026-07-12T07:00:00Z");

        (await TitlesAsync()).ShouldBe("The source canonical has stopped delivering");
        (await TextAsync("select detail from notify.notice")).ShouldBe("Its last delivery was 2026-07-08 06:00 (UTC); usually there is one every day.");
    }

    [Fact]
    public async Task Without_channels_nothing_is_looked_at()
    {
        var watch = new NoticeWatch(database.Application, database.Evaluator, new NoticeBoard(database.Application, []), ReportingCalendar.Utc, null, database.Clock);

        (await watch.LookAsync(Cancellation)).ShouldBe(0);
        (await TextAsync("select count(*)::text from notify.verdict")).ShouldBe("0");
    }

    private async Task RunsAsync(string day, string state, string now)
    {
        database.Clock = new FixedClock(now);
        await database.ImportAsync(
            ("datasets.csv", "dataset,valid_from,tier,team\norders,,0,sales\n"), ("pipelines.csv", "pipeline,datasets\np,orders\n"),
            ("pipeline_runs.csv", Runs(day, state, 1)));
    }

    private static string Runs(string day, string state, int count) =>
        "pipeline,run_id,attempt,scheduled_for,state\n" + string.Concat(Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"p,{day}-{i},1,{day}T00:00:00Z,{state}\n")));

    private async Task PostAsync(string key, string title, string detail, Uri? link = null) =>
        await new NoticeBoard(database.Application, channels).PostAsync(
            new Notice(key, NoticeKind.IncidentOpened, title, detail, database.Clock.GetUtcNow()) { Link = link }, Cancellation);

    private Task<int> CarryAsync(string now = Now) => new NoticeCourier(database.Application, channels, new FixedClock(now), log).RunAsync(Cancellation);

    private async Task LookAsync(string now = Now)
    {
        database.Clock = new FixedClock(now);
        await database.Worker.RefreshAsync(cancellation: Cancellation);
        var watch = new NoticeWatch(
            database.Application, database.Evaluator, new NoticeBoard(database.Application, channels), ReportingCalendar.Utc, new Uri("https://metrics.example.com/"), database.Clock);
        await watch.LookAsync(Cancellation);
    }

    private async Task<string> TitlesAsync() => await TextAsync("select string_agg(title, '; ' order by notice) from notify.notice");

    private async Task<string> TextAsync(string sql)
    {
        await using var command = database.Application.CreateCommand(sql);
        return Convert.ToString(await command.ExecuteScalarAsync(Cancellation), CultureInfo.InvariantCulture)!;
    }
}
