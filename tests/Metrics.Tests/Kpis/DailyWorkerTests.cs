using Metrics.Kpis;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Tests.Storage;
using Metrics.Tests.Storage.Ingestion;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Kpis;

/// <summary>What the worker computes, and what it leaves alone, as time goes by.</summary>
public sealed class DailyWorkerTests : IAsyncLifetime
{
    private MetricsDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The KPIs of which every day is kept; of a state, the first of each month.</summary>
    private int Kept => database.Kpis.Definitions.Count(d => d.IsKeptByDay && d.Kind != KpiKind.State);

    private int KeptStates => database.Kpis.Definitions.Count(d => d.IsKeptByDay && d.Kind == KpiKind.State);

    public async ValueTask InitializeAsync()
    {
        database = await MetricsDatabase.CreateAsync("2026-06-30T12:00:00Z");
        await database.WriteAsync(
            new Dataset { Id = "orders", Tier = 0, FreshnessMaxAge = TimeSpan.FromHours(6) },
            new Pipeline { Id = "load", Datasets = ["orders"] },
            Run("r1", "2026-06-20T00:00:00Z"),
            // Nobody has written up this Friday's incident; five business days later it is too late.
            new Incident
            {
                IncidentId = "i1",
                Severity = 1,
                Status = IncidentStatus.Resolved,
                Datasets = ["orders"],
                DetectedAt = Batches.At("2026-06-26T09:00:00Z"),
                ResolvedAt = Batches.At("2026-06-26T10:00:00Z"),
            });
        await RefreshAsync("2026-06-30T12:00:00Z");
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_day_that_is_not_over_is_not_kept() =>
        (await database.TextAsync("select max(day) from kpi.computed_day where kpi = 'pipeline_success_rate'")).ShouldBe("2026-06-29");

    [Fact]
    public async Task Nothing_is_computed_again_while_neither_facts_nor_the_day_change() =>
        (await RefreshAsync("2026-06-30T23:59:59Z")).ShouldBe(0);

    [Fact]
    public async Task After_midnight_only_the_day_that_is_over_is_computed() =>
        (await RefreshAsync("2026-07-01T00:00:01Z")).ShouldBe(Kept + KeptStates);

    [Fact]
    public async Task Time_alone_changes_the_day_that_says_so_when_it_says_so_and_no_other()
    {
        await RefreshAsync("2026-07-03T09:59:59Z");
        (await RefreshAsync("2026-07-03T10:00:00Z")).ShouldBe(0, "published at this very moment it would still be in time");

        var before = await CompletionAsync("2026-07-03T10:00:00Z");
        (await RefreshAsync("2026-07-03T10:00:01Z")).ShouldBe(1);
        var after = await CompletionAsync("2026-07-03T10:00:01Z");

        (before.N, after.N, after.Value).ShouldBe((0, 1, 0d));
        (await database.TextAsync(
            "select kpi || ' ' || day from kpi.computed_day where computed_at = '2026-07-03T10:00:01Z'")).ShouldBe("postmortem_completion 2026-06-26");
        (await RefreshAsync("2026-07-03T23:00:00Z")).ShouldBe(0);
    }

    [Fact]
    public async Task Time_alone_changes_an_answer_before_the_worker_has_come()
    {
        await RefreshAsync("2026-07-03T09:59:59Z");

        (await CompletionAsync("2026-07-03T10:00:01Z")).N.ShouldBe(1);
    }

    [Fact]
    public async Task An_import_of_today_computes_no_other_day()
    {
        await database.WriteAsync(Run("r2", "2026-06-30T11:00:00Z"));

        (await RefreshAsync("2026-06-30T12:00:10Z")).ShouldBe(0);
        (await database.TextAsync("select count(*) from kpi.stale")).ShouldBe("0");
        (await ValueAsync("pipeline_success_rate", "2026-06-30T12:00:10Z")).N.ShouldBe(2);
    }

    [Fact]
    public async Task A_refresh_that_loses_its_connection_fails_by_that_and_by_nothing_that_comes_of_it()
    {
        await database.WriteAsync(Run("r2", "2026-06-21T00:00:00Z"));
        var worker = database.Worker;

        await Should.ThrowAsync<Npgsql.NpgsqlException>(() => worker.RefreshAsync(new Hangman(database), Cancellation));

        (await worker.RefreshAsync(cancellation: Cancellation)).ShouldBeGreaterThan(0);
    }

    /// <summary>Ends the worker's session between two KPIs.</summary>
    private sealed class Hangman(MetricsDatabase database) : IProgress<RefreshProgress>
    {
        public void Report(RefreshProgress value)
        {
            using var command = database.Application.CreateCommand(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()");
            command.ExecuteNonQuery();
        }
    }

    [Fact]
    public async Task A_read_that_must_not_wait_says_that_it_is_stale()
    {
        await database.WriteAsync(new Dataset { Id = "orders", Tier = 1, FreshnessMaxAge = TimeSpan.FromHours(6), UpdatedAt = Batches.At("2026-06-30T12:00:00Z") });
        database.Clock = new FixedClock("2026-06-30T12:00:10Z");
        var years = new KpiRequest(Period.Parse("2025-01-01/2027-01-01", database.Settings.Calendar))
        {
            Kpis = ["pipeline_success_rate"],
            By = [Dimension.Tier],
        };

        var waited = await database.Evaluator.EvaluateAsync(years, Cancellation);
        var quick = await database.Evaluator.EvaluateAsync(years with { Wait = false }, Cancellation);

        waited.ShouldContain(r => r.Tier == 1 && r.N == 1 && !r.Stale);
        quick.ShouldContain(r => r.Tier == 0 && r.N == 1 && r.Stale);

        // The month is over now and the worker has not come: its sum is not kept, its days are.
        database.Clock = new FixedClock("2026-07-01T00:00:10Z");
        (await database.Evaluator.EvaluateAsync(years with { Wait = false }, Cancellation)).ShouldContain(r => r.Tier == 0 && r.N == 1 && r.Stale);
    }

    [Fact]
    public async Task A_last_day_that_nobody_has_computed_makes_an_answer_old_and_not_unknown()
    {
        database.Clock = new FixedClock("2026-07-01T00:00:10Z");

        var row = (await HurriedAsync("pipeline_success_rate", "2026-06")).ShouldHaveSingleItem();

        (row.N, row.Stale, row.ComputedThrough).ShouldBe((1, true, Batches.At("2026-06-30T12:00:00Z")));
    }

    [Fact]
    public async Task A_read_computes_the_fewer_days_the_more_records_they_have()
    {
        await database.WriteAsync(new Dataset { Id = "orders", Tier = 1, FreshnessMaxAge = TimeSpan.FromHours(6), UpdatedAt = Batches.At("2026-06-30T12:00:00Z") });
        database.Clock = new FixedClock("2026-06-30T12:00:10Z");
        var asked = new KpiRequest(Period.Parse("2026-05-01/2026-07-01", database.Settings.Calendar)) { Kpis = ["pipeline_success_rate"], Wait = false };
        (await database.Evaluator.EvaluateAsync(asked, Cancellation)).ShouldHaveSingleItem().Stale.ShouldBeFalse();

        await database.ExecuteAsync(
            "insert into fact.pipeline_run select (jsonb_populate_record(r, jsonb_build_object('run_id', 'copy' || i))).* from fact.pipeline_run r, generate_series(1, 40000) i");
        await database.ExecuteAsync("analyze fact.pipeline_run");

        (await database.Evaluator.EvaluateAsync(asked, Cancellation)).ShouldHaveSingleItem().Stale.ShouldBeTrue();
        (await database.Evaluator.EvaluateAsync(asked with { Period = Period.Parse("2026-06-29/2026-07-01", database.Settings.Calendar) }, Cancellation))
            .ShouldHaveSingleItem().Stale.ShouldBeFalse("a few days are computed whatever they hold");
    }

    [Fact]
    public async Task A_month_is_kept_when_it_is_over()
    {
        const string Latest = "select coalesce(max(month)::text, 'none') from kpi.month where kpi = 'pipeline_success_rate'";
        (await database.TextAsync(Latest)).ShouldBe("none");

        await RefreshAsync("2026-07-01T00:00:01Z");

        (await database.TextAsync(Latest)).ShouldBe("2026-06-01");
    }

    [Fact]
    public async Task What_is_late_is_answered_by_what_is_kept_and_says_through_when_it_was_computed()
    {
        await database.WriteAsync(Run("r2", "2026-06-21T00:00:00Z"));

        var row = (await HurriedAsync("pipeline_success_rate", "2026-06")).ShouldHaveSingleItem();

        (row.N, row.Stale, row.ComputedThrough).ShouldBe((1, true, Batches.At("2026-06-30T12:00:00Z")));
        (await ValueAsync("pipeline_success_rate", "2026-06-30T12:00:00Z")).ShouldSatisfyAllConditions(r => r.N.ShouldBe(2), r => r.Stale.ShouldBeFalse(), r => r.ComputedThrough.ShouldBeNull());
    }

    [Theory]
    [InlineData(new Dimension[0], 1)]
    [InlineData(new[] { Dimension.Tier }, 1)]
    [InlineData(new[] { Dimension.Team }, 1)]
    public async Task What_was_never_computed_is_unknown_and_not_zero(Dimension[] by, int rows)
    {
        // Other settings: nothing that is kept holds any more, and the worker has not come yet.
        database.Settings = new ReportingSettings { Calendar = ReportingCalendar.Create("Asia/Tokyo", 1, []) };

        var hurried = await HurriedAsync("incident_rate", "2026-05", by);

        hurried.Count.ShouldBe(rows);
        hurried.ShouldAllBe(r => r.Value == null && r.Numerator == null && r.N == 0 && r.Status == KpiStatus.NoData && r.Stale && r.ComputedThrough == null);
        hurried.ShouldAllBe(r => r.Reason == "Not all of its days are computed yet. Ask again in a minute, or for a shorter period or a coarser grain." && r.Previous == null);
        hurried.ShouldAllBe(r => by.All(r.Group.ContainsKey));

        await RefreshAsync("2026-06-30T12:00:00Z");
        (await HurriedAsync("incident_rate", "2026-05")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Stale.ShouldBeFalse(), r => r.Reason.ShouldNotStartWith("Not all"));
    }

    [Fact]
    public async Task Before_anything_was_recorded_nothing_is_to_come()
    {
        var row = (await HurriedAsync("pipeline_success_rate", "2020")).ShouldHaveSingleItem();

        (row.Reason, row.Stale).ShouldBe(("Nothing was recorded in the period.", false));
    }

    /// <summary>Of a reader who does not wait at all.</summary>
    private async Task<IReadOnlyList<KpiRow>> HurriedAsync(string kpi, string period, params Dimension[] by) =>
        await new KpiEvaluator(database.Application, database.Reader, database.Kpis, database.Settings, database.Clock) { Patience = TimeSpan.Zero }.EvaluateAsync(
            new KpiRequest(Period.Parse(period, database.Settings.Calendar)) { Kpis = [kpi], By = by, Wait = false }, Cancellation);

    [Fact]
    public async Task An_answer_is_not_given_again_after_an_import()
    {
        var evaluator = database.Evaluator;
        var asked = new KpiRequest(Period.Parse("2026-06", database.Settings.Calendar)) { Kpis = ["pipeline_success_rate"], Wait = false };
        var first = await evaluator.EvaluateAsync(asked, Cancellation);
        first.ShouldAllBe(r => r.AsOf == database.Clock.GetUtcNow() && r.N == 1);

        await database.WriteAsync(Run("r2", "2026-06-21T00:00:00Z"));

        (await evaluator.EvaluateAsync(asked, Cancellation))[0].N.ShouldBe(2);
    }

    [Fact]
    public async Task An_answer_is_given_again_to_the_same_question_while_nothing_is_written_and_it_is_not_old()
    {
        var (cache, oldest) = (new AnswerCache(), TimeSpan.FromSeconds(15));
        var now = Batches.At("2026-06-30T12:00:00Z");
        var asked = new KpiRequest(Period.Parse("2026-06", database.Settings.Calendar)) { Kpis = ["incident_rate"], Wait = false };
        IReadOnlyList<KpiRow> rows = [];
        cache.Keep("10:10:", asked, RowLimit.Everything, now, rows);

        (await FindAsync("10:10:", asked with { Kpis = ["incident_rate"] }, RowLimit.Everything, now + oldest, oldest)).ShouldBeSameAs(rows);
        (await FindAsync("10:11:", asked, RowLimit.Everything, now, oldest)).ShouldBeNull("something was written");
        (await FindAsync("10:10:", asked, RowLimit.Everything, now + oldest + TimeSpan.FromTicks(1), oldest)).ShouldBeNull("it is old");
        (await FindAsync("10:10:", asked, RowLimit.Everything, now - TimeSpan.FromTicks(1), oldest)).ShouldBeNull("it is of later");
        foreach (var other in (KpiRequest[])
        [
            asked with { Kpis = [] }, asked with { By = [Dimension.Tier] }, asked with { Grain = Grain.Day }, asked with { Wait = true },
            asked with { Where = new Dictionary<Dimension, string?> { [Dimension.Tier] = null } },
            asked with { Period = Period.Parse("2026-05", database.Settings.Calendar) },
        ])
            (await FindAsync("10:10:", other, RowLimit.Everything, now, oldest)).ShouldBeNull("it was asked otherwise");

        RowLimit[] limits = [RowLimit.Everything, new([], []), new(["a"], []), new([], ["a"]), new(["a", "b"], []), new(["a"], ["b"])];
        foreach (var limit in limits) cache.Keep("10:10:", asked, limit, now, [new KpiRow(MetricsDatabase.Library["incident_rate"], asked.Period) { N = Array.IndexOf(limits, limit) }]);
        foreach (var limit in limits) (await FindAsync("10:10:", asked, limit, now, oldest)).ShouldNotBeNull()[0].N.ShouldBe(Array.IndexOf(limits, limit), "others see other rows");

        Task<IReadOnlyList<KpiRow>?> FindAsync(string version, KpiRequest request, RowLimit limit, DateTimeOffset at, TimeSpan age) =>
            cache.FindAsync(request, limit, at, age, () => Task.FromResult(version));
    }

    private async Task<KpiRow> CompletionAsync(string now) => await ValueAsync("postmortem_completion", now);

    private async Task<KpiRow> ValueAsync(string kpi, string now)
    {
        database.Clock = new FixedClock(now);
        var request = new KpiRequest(Period.Parse("2026-06", database.Settings.Calendar)) { Kpis = [kpi] };
        return (await database.Evaluator.EvaluateAsync(request, Cancellation))[0];
    }

    private async Task<int> RefreshAsync(string now)
    {
        var worker = new DailyWorker(database.Application, database.Reader, database.Kpis, database.Settings, new FixedClock(now)) { Lasting = true };
        return await worker.RefreshAsync(cancellation: Cancellation);
    }

    private static PipelineRun Run(string id, string at) => new()
    {
        Pipeline = "load",
        RunId = id,
        Attempt = 1,
        ScheduledFor = Batches.At(at),
        EndedAt = Batches.At(at),
        State = RunState.Success,
    };
}
