using Metrics.Model.Facts;
using Metrics.Tests.Kpis.Reference;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Storage.Ingestion;

/// <summary>What is recomputed after an import equals what would be computed from nothing.</summary>
public sealed class StaleDaysTests : IAsyncLifetime
{
    private MetricsDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await MetricsDatabase.CreateAsync("2026-07-02T12:00:00Z");
        await database.WriteAsync(
            new Dataset { Id = "orders", Tier = 1, FreshnessMaxAge = TimeSpan.FromHours(6) },
            new Dataset { Id = "customers", Tier = 2, FreshnessMaxAge = TimeSpan.FromHours(6) },
            new Pipeline { Id = "load", Datasets = ["orders"] },
            Run("r1", "2026-06-01T00:00:00Z"), Run("r2", "2026-06-10T00:00:00Z"),
            Incident("2026-06-05T00:00:00Z"),
            new PostmortemAction { ActionId = "a1", IncidentId = "i1", DueOn = new DateOnly(2026, 6, 20), CompletedOn = new DateOnly(2026, 6, 20) },
            new Check { CheckId = "c1", Dataset = "orders", Kind = CheckKind.Schema });
        await RefreshAsync();
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    public static TheoryData<string> Changes => [.. Later.Keys];

    /// <summary>A change that reaches days far from the day on which it arrives.</summary>
    private static Dictionary<string, Reading[]> Later { get; } = new()
    {
        ["a run that arrives late"] = [Read(Run("r3", "2026-06-03T00:00:00Z"))],
        ["a run before all others"] = [Read(Run("r0", "2026-05-01T00:00:00Z"))],
        ["a run that moves to another day"] = [Read(Run("r1", "2026-06-15T00:00:00Z") with { UpdatedAt = Noon(3) })],
        ["a run whose state changes"] = [Read(Run("r1", "2026-06-01T00:00:00Z") with { State = RunState.Failed, UpdatedAt = Noon(3) })],
        ["a run that is taken back"] = [Read(Run("r1", "2026-06-01T00:00:00Z") with { Deleted = true, UpdatedAt = Noon(3) })],
        ["an earlier attempt of a run"] =
            [Read(Run("r1", "2026-06-01T00:00:00Z") with { Attempt = 0, State = RunState.Failed, ScheduledFor = Noon(1) })],
        ["a later attempt on another day"] =
            [Read(Run("r1", "2026-06-02T00:00:00Z") with { Attempt = 2, State = RunState.Failed })],
        ["an output that contradicts its run"] =
            [Read(new RunOutput { Pipeline = "load", RunId = "r1", Attempt = 1, Dataset = "customers", State = RunState.Success })],
        ["another tier since the past"] =
            [Read(new Dataset { Id = "orders", ValidFrom = Batches.At("2026-06-07T12:00:00Z"), Tier = 0 })],
        ["another promise since ever"] =
            [Read(new Dataset { Id = "orders", Tier = 1, FreshnessMaxAge = TimeSpan.FromDays(2), UpdatedAt = Noon(3) })],
        ["a dataset that nobody knew"] = [Read(new Dataset { Id = "stock", Tier = 0 }), Read(Incident("2026-06-05T00:00:00Z", "stock", version: 3))],
        ["other outputs of a pipeline"] = [Read(new Pipeline { Id = "load", Datasets = ["customers"], UpdatedAt = Batches.At("2026-06-09T00:00:00Z") })],
        ["a pipeline with another team"] = [Read(new Pipeline { Id = "load", Datasets = ["orders"], Team = "crm", UpdatedAt = Noon(3) })],
        ["other datasets of an incident"] = [Read(Incident("2026-06-05T00:00:00Z", "customers", version: 3))],
        ["an incident of another day"] = [Read(Incident("2026-06-08T00:00:00Z", version: 3))],
        ["an action with another due date"] =
            [Read(new PostmortemAction { ActionId = "a1", IncidentId = "i1", DueOn = new DateOnly(2026, 6, 25), UpdatedAt = Noon(3) })],
        ["an action that comes before its incident"] =
        [
            Read(new PostmortemAction { ActionId = "a2", IncidentId = "i2", DueOn = new DateOnly(2026, 6, 4) }),
            Read(Incident("2026-06-05T00:00:00Z") with { IncidentId = "i2" }),
        ],
        ["a check that is disabled"] =
            [Read(new Check { CheckId = "c1", Dataset = "orders", Kind = CheckKind.Schema, Enabled = false, UpdatedAt = Batches.At("2026-05-15T00:00:00Z") })],
        ["a result of a check"] = [Read(new CheckResult { CheckId = "c1", RunAt = Batches.At("2026-05-20T00:00:00Z"), Status = CheckStatus.Pass })],
        ["an edge of the lineage"] = [Read(new LineageEdge { Upstream = "orders", Downstream = "customers" })],
        ["a team with a domain"] = [Read(new Dataset { Id = "orders", Tier = 1, Team = "crm", UpdatedAt = Noon(3) }), Read(new Team { Id = "crm", Domain = "sales" })],
        ["an alias that only facts use"] = [new AliasSeen("dataset", "raw.orders", "orders")],
        ["an alias of a known dataset"] = [new AliasSeen("dataset", "orders", "customers")],
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task After(string change)
    {
        await database.WriteAsync(Incident("2026-06-06T00:00:00Z", "raw.orders") with { IncidentId = "i9" });
        await RefreshAsync();

        foreach (var reading in Later[change])
        {
            await database.WriteAsync(reading);
            var read = await database.ValuesAsync();
            await RefreshAsync();
            (await database.ValuesAsync()).ShouldBe(read, "who reads before the worker has come sees the import already");
        }

        await ShouldBeAsIfRebuiltAsync();
    }

    [Fact]
    public async Task A_changed_row_marks_its_old_day_and_its_new_one()
    {
        await database.WriteAsync(Incident("2026-06-15T06:00:00Z", version: 3));

        (await database.TextAsync(
            "select string_agg(lower(touched)::date::text, ' ' order by lower(touched)) from kpi.stale where kpi = 'incident_rate'"))
            .ShouldBe("2026-06-05 2026-06-15");
    }

    [Fact]
    public async Task A_row_that_is_the_same_marks_nothing()
    {
        await database.WriteAsync(
            Run("r1", "2026-06-01T00:00:00Z"), Incident("2026-06-05T00:00:00Z"), new Pipeline { Id = "load", Datasets = ["orders"] },
            new Dataset { Id = "orders", Tier = 1, FreshnessMaxAge = TimeSpan.FromHours(6) });

        (await database.TextAsync("select count(*) from kpi.stale")).ShouldBe("0");
        (await database.Worker.RefreshAsync(cancellation: Cancellation)).ShouldBe(0);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task After_a_random_sequence_of_imports(int seed)
    {
        var pieces = RandomCompany.Make(seed).Pieces(seed);
        foreach (var some in pieces.Chunk(6))
        {
            foreach (var piece in some) await database.ImportAsync(piece);
            await RefreshAsync();
        }

        // Other versions of many of the same records.
        foreach (var some in RandomCompany.Make(seed + 1000).Pieces(seed).Chunk(8))
        {
            foreach (var piece in some) await database.ImportAsync(piece);
            await RefreshAsync();
        }

        await ShouldBeAsIfRebuiltAsync();
    }

    [Fact]
    public async Task Imports_that_commit_while_the_worker_computes_lose_no_mark()
    {
        var imports = Task.Run(
            async () =>
            {
                for (var i = 0; i < 25; i++)
                    await database.WriteAsync(Run($"late{i}", $"2026-06-{(i % 28) + 1:00}T03:00:00Z"), Incident($"2026-06-{(i % 28) + 1:00}T05:00:00Z") with { IncidentId = $"late{i}" });
            }, Cancellation);
        while (!imports.IsCompleted) await database.Worker.RefreshAsync(cancellation: Cancellation);
        await imports;

        await RefreshAsync();
        await ShouldBeAsIfRebuiltAsync();
    }

    private async Task RefreshAsync() => await database.Worker.RefreshAsync(cancellation: Cancellation);

    private async Task ShouldBeAsIfRebuiltAsync()
    {
        var kept = await database.DaysAsync();
        kept.ShouldNotBeEmpty();
        foreach (var table in (string[])["daily", "month", "computed_day", "stale", "computed", "reads"])
            await database.ExecuteAsync($"delete from kpi.{table}");
        await RefreshAsync();
        Lines(await database.DaysAsync()).Except(Lines(kept)).Concat(Lines(kept).Except(Lines(await database.DaysAsync()))).ShouldBeEmpty();
    }

    private static string[] Lines(string text) => text.Split('\n');

    private static RecordRead Read(Fact fact) => new(fact);

    private static DateTimeOffset Noon(int july) => new(2026, 7, july, 12, 0, 0, TimeSpan.Zero);

    private static PipelineRun Run(string id, string at) => new()
    {
        Pipeline = "load",
        RunId = id,
        Attempt = 1,
        ScheduledFor = Batches.At(at),
        EndedAt = Batches.At(at),
        State = RunState.Success,
    };

    private static Incident Incident(string detected, string dataset = "orders", int version = 2) => new()
    {
        IncidentId = "i1",
        Severity = 1,
        Status = IncidentStatus.Resolved,
        Datasets = [dataset],
        DetectedAt = Batches.At(detected),
        ResolvedAt = Batches.At(detected).AddDays(1),
        UpdatedAt = Noon(version),
    };
}
