using System.Globalization;
using System.Text.Json;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Sources;
using Metrics.Storage.Ingestion;
using Metrics.Sync;
using Metrics.Tests.Sources.Tickets;
using Metrics.Tests.Storage;
using Metrics.Tests.Storage.Ingestion;
using Microsoft.AspNetCore.Http;

namespace Metrics.Tests.Sync;

/// <summary>The engine of pulls on a real PostgreSQL and a real HTTP server: cursor, coverage, back-off, sweeps, replays.</summary>
public sealed class SyncRunnerTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 7, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly List<(string Id, int Day, string Label)> tickets = [("t1", 1, "crm"), ("t2", 2, "crm"), ("t3", 3, "sales"), ("t4", 4, "sales"), ("t5", 5, "sales")];
    private readonly SkippingClock clock = new(Now);
    private Func<HttpContext, Task<bool>> instead = _ => Task.FromResult(false);
    private MetricsDatabase database = null!;
    private LoopbackApi api = null!;

    public async ValueTask InitializeAsync()
    {
        database = await MetricsDatabase.CreateAsync("2026-07-02T00:00:00Z");
        api = await LoopbackApi.StartAsync(AnswerAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await api.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_pull_that_fails_in_the_middle_keeps_what_it_has_and_goes_on_there()
    {
        instead = context => Task.FromResult(context.Request.Query["page"] == "2" && Status(context, 500));
        var first = await PullAsync();

        (first.New, first.IsTerminal).ShouldBe((2, false));
        first.Error.ShouldNotBeNull().ShouldContain("500");
        (await CoveredAsync()).ShouldBeNull();
        var state = await StateAsync();
        (state.Failures, state.IsTerminal).ShouldBe((1, false));
        state.Cursor.ShouldNotBeNull().ShouldContain("2026-06-02");
        state.RetryAt.ShouldBe(clock.GetUtcNow() + TimeSpan.FromMinutes(1));

        instead = _ => Task.FromResult(false);
        api.Asked.Clear();
        var second = await PullAsync();
        (second.New, second.Same, second.Error).ShouldBe((3, 1, null));
        api.Asked.ShouldAllBe(a => a.Contains("updated_since=2026-06-02", StringComparison.Ordinal));
        (await database.TextAsync("select count(*) from fact.incident")).ShouldBe("5");
        (await CoveredAsync()).ShouldNotBeNull();
        (await StateAsync()).Failures.ShouldBe(0);
    }

    [Fact]
    public async Task A_refusal_is_terminal_is_tried_again_ever_more_seldom_and_never_tells_the_secret()
    {
        instead = context => Task.FromResult(Status(context, 401));
        for (var i = 0; i < 3; i++) (await PullAsync()).IsTerminal.ShouldBeTrue();

        var state = await StateAsync();
        (state.Failures, state.IsTerminal).ShouldBe((3, true));
        state.RetryAt.ShouldBe(clock.GetUtcNow() + TimeSpan.FromMinutes(4));
        state.Error.ShouldNotBeNull().ShouldNotContain("s3cret");
        SyncRunner.BackOff(40).ShouldBe(TimeSpan.FromHours(6));
    }

    [Fact]
    public async Task A_source_that_no_longer_answers_turns_no_incidents_into_no_data_until_it_answers_again()
    {
        await database.ImportAsync(("datasets.csv", "dataset,tier\norders,0\n"));
        database.Clock = clock;
        tickets.Clear();
        var every = Configured() with { Schedule = Schedule.Parse("every 15m", TimeZoneInfo.Utc) };
        (await PullAsync(every)).Error.ShouldBeNull();
        (await RateAsync("2026-06")).ShouldBe((0, KpiStatus.Met, null));

        // Twice its interval late is not yet silent.
        clock.Advance(TimeSpan.FromMinutes(29));
        (await RateAsync("2026-07")).Value.ShouldBe(0);

        instead = context => Task.FromResult(Status(context, 500));
        clock.Advance(TimeSpan.FromDays(40));
        (await PullAsync(every)).Error.ShouldNotBeNull();
        (await RateAsync("2026-06")).Value.ShouldBe(0);
        (await RateAsync("2026-07")).ShouldBe(
            (null, KpiStatus.NoData, "No record, and tickets (main) vouches for incidents only until 2026-07-02 00:00 UTC."));

        // What it missed it reads when it can again.
        instead = _ => Task.FromResult(false);
        (await PullAsync(every)).Error.ShouldBeNull();
        (await RateAsync("2026-07")).ShouldBe((0, KpiStatus.Met, null));
    }

    [Fact]
    public async Task Of_two_processes_one_pulls()
    {
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        instead = async _ =>
        {
            asked.TrySetResult();
            await answer.Task;
            return false;
        };
        var first = PullAsync();
        await asked.Task;

        (await PullAsync()).IsBusy.ShouldBeTrue();

        answer.SetResult();
        (await first).New.ShouldBe(5);
        (await PullAsync()).IsBusy.ShouldBeFalse();
    }

    [Fact]
    public async Task A_sweep_marks_what_is_gone_brings_back_what_returns_and_changes_nothing_when_it_fails()
    {
        await PullAsync();
        tickets.RemoveAt(1);
        instead = context => Task.FromResult(Status(context, 500));
        (await SweepAsync()).Error.ShouldNotBeNull();
        (await LiveAsync()).ShouldBe("t1,t2,t3,t4,t5");

        instead = _ => Task.FromResult(false);
        clock.Advance(TimeSpan.FromMinutes(5));
        (await SweepAsync()).Changed.ShouldBe(1);
        (await LiveAsync()).ShouldBe("t1,t3,t4,t5");

        tickets.Add(("t2", 2, "crm"));
        clock.Advance(TimeSpan.FromMinutes(5));
        (await SweepAsync()).Changed.ShouldBe(1);
        (await LiveAsync()).ShouldBe("t1,t2,t3,t4,t5");
        var totals = new ControlTotals(database.Application);
        (await totals.FactsAsync(TestContext.Current.CancellationToken)).ShouldBe([new FactTotal("incident", Added: 5, Stored: 5, Deleted: 0)]);
        (await totals.DaysAsync(cancellation: TestContext.Current.CancellationToken)).ShouldHaveSingleItem().ShouldBe(
            new DayTotal("tickets", "main", new DateOnly(2026, 7, 2), Payloads: 5, Failed: 0, New: 5, Changed: 2, Same: 0, Rejected: 0));
    }

    [Fact]
    public async Task A_replay_changes_nothing_and_with_other_rules_what_they_say()
    {
        await PullAsync();
        (await ReplayAsync(Mapping.Empty)).ShouldBe((0, 0, 3));
        var rules = new Mapping(new Dictionary<string, IReadOnlyList<MappingRule>> { ["team"] = [MappingRule.Create([new("label", "sales")], "Sales team")] });

        var trial = await Replayer().TryAsync(Configured().Connection with { Mapping = rules }, 200, TestContext.Current.CancellationToken);
        (trial.Payloads, trial.Records).ShouldBe((3, 5));
        trial.Rules.Where(r => r.Topic == "team").Select(r => r.Count).ShouldBe([3, 2]);
        trial.Unmapped("team").ShouldHaveSingleItem().ShouldContain("crm");
        (await database.TextAsync("select count(team) from fact.incident")).ShouldBe("0");

        (await ReplayAsync(rules)).ShouldBe((0, 3, 3));
        (await database.TextAsync("select string_agg(incident_id, ',' order by incident_id) from fact.incident where team = 'Sales team'")).ShouldBe("t3,t4,t5");
    }

    [Fact]
    public async Task A_secret_that_is_not_set_stops_the_pull_and_names_the_variable()
    {
        var report = await Runner().PullAsync(Configured() with { MissingVariables = ["TICKETS_TOKEN"] }, cancellation: TestContext.Current.CancellationToken);
        report.Error.ShouldBe("The environment variable TICKETS_TOKEN is not set; tickets/main in sources.yaml needs it.");
    }

    private SyncRunner Runner() => new(
        database.Application, Importer(), Ingest(), clock, new Patience { Retries = 1, Attempt = SkippingClock.TimeOut });

    private Ingest Ingest() => new(database.Application, clock, database.Settings.Precedence);

    private Importer Importer() => new(database.Application, Ingest(), clock);

    private Replayer Replayer() => new(database.Application, Importer());

    private ConfiguredConnection Configured() => new(
        SourceConnection.Create(
            new TicketSource(), "main", new Dictionary<string, string> { ["base_url"] = api.Url.ToString() }, new Dictionary<string, string> { ["token"] = "s3cret" }) with
        {
            AllowPrivateAddresses = true,
            Since = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero),
        }, 1);

    private Task<SyncReport> PullAsync(ConfiguredConnection? configured = null) =>
        Runner().PullAsync(configured ?? Configured(), cancellation: TestContext.Current.CancellationToken);

    private async Task<(double? Value, KpiStatus Status, string? Reason)> RateAsync(string period)
    {
        var row = (await database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse(period, database.Settings.Calendar)) { Kpis = ["incident_rate"] }, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        return (row.Value, row.Status, row.Reason);
    }

    private Task<SyncReport> SweepAsync() => Runner().SweepAsync(Configured(), cancellation: TestContext.Current.CancellationToken);

    private async Task<(long New, long Changed, int Payloads)> ReplayAsync(Mapping rules)
    {
        var connection = Configured().Connection with { Mapping = rules };
        var outcomes = await Replayer().ReplayAsync(connection.Source, _ => connection, cancellation: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        return (outcomes.Sum(o => o.Report!.New), outcomes.Sum(o => o.Report!.Changed), outcomes.Count);
    }

    private Task<ConnectionState> StateAsync() => new ConnectionStore(database.Application).LoadAsync("tickets", "main", TestContext.Current.CancellationToken);

    private Task<string?> CoveredAsync() => database.TextAsync("select covered from ingest.coverage where fact = 'incident'");

    private Task<string?> LiveAsync() => database.TextAsync("select string_agg(incident_id, ',' order by incident_id) from fact.incident where deleted_at is null");

    private static bool Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return true;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (await instead(context)) return;
        context.Request.Headers.Authorization.ToString().ShouldBe("Bearer s3cret");
        context.Response.ContentType = "application/json";
        if (context.Request.Path == "/tickets/ids")
        {
            await context.Response.WriteAsync(JsonSerializer.Serialize(tickets.Select(t => t.Id)));
            return;
        }

        var since = DateTimeOffset.Parse(context.Request.Query["updated_since"]!, CultureInfo.InvariantCulture);
        var page = int.Parse(context.Request.Query["page"]!, CultureInfo.InvariantCulture);
        var rest = tickets.Where(t => At(t.Day) >= since).OrderBy(t => t.Day).Skip((page - 1) * 2).ToList();
        await context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            tickets = rest.Take(2).Select(t => new { id = t.Id, labels = new[] { t.Label }, opened = At(t.Day), updated = At(t.Day) }),
            next = rest.Count > 2 ? page + 1 : (int?)null,
        }));
    }

    private static DateTimeOffset At(int day) => new(2026, 6, day, 0, 0, 0, TimeSpan.Zero);
}
