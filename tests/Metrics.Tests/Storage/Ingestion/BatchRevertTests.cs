using Metrics.Model.Facts;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Metrics.Sync;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Storage.Ingestion;

public sealed class BatchRevertTests : IAsyncLifetime
{
    private MetricsDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Changed_records_are_what_they_were_and_new_ones_are_gone()
    {
        await database.WriteAsync(Incident("i1", "right", "2026-05-01T00:00:00Z"));
        var wrong = await database.WriteAsync(Incident("i1", "wrong", "2026-05-02T00:00:00Z"), Incident("i2", "wrong", "2026-05-02T00:00:00Z"));

        var report = await RevertAsync(wrong.Batch);

        (report.New, report.Changed).ShouldBe((-1, 1));
        (await TitlesAsync()).ShouldBe("i1 right");
        (await database.TextAsync("select batch from fact.incident")).ShouldBe($"{report.Batch}");
    }

    [Fact]
    public async Task Nothing_is_lost_every_version_and_both_batches_stay()
    {
        await database.WriteAsync(Incident("i1", "right", "2026-05-01T00:00:00Z"));
        var wrong = await database.WriteAsync(Incident("i1", "wrong", "2026-05-02T00:00:00Z"), Incident("i2", "wrong", "2026-05-02T00:00:00Z"));
        await RevertAsync(wrong.Batch);

        (await database.TextAsync("select string_agg(h.\"row\"->>'title', ', ' order by place) from fact.history h")).ShouldBe("right, wrong, wrong");
        (await database.TextAsync("select string_agg(way || ' ' || coalesce(cause, '') || ' ' || state, ', ' order by batch) from ingest.batch"))
            .ShouldBe("import  committed, import  committed, revert revert committed");
        (await database.TextAsync("select count(*) from ingest.landed")).ShouldBe("2");
        var listed = await new BatchStore(database.Application).FindAsync(wrong.Batch, Cancellation);
        listed.RevertedBy.ShouldBe(3);
        (await new ControlTotals(database.Application).FactsAsync(Cancellation)).ShouldAllBe(t => t.Agrees);
    }

    [Fact]
    public async Task What_was_delivered_later_stays()
    {
        var wrong = await database.WriteAsync(Incident("i1", "wrong", "2026-05-01T00:00:00Z"));
        await database.WriteAsync(Incident("i1", "later", "2026-05-02T00:00:00Z"));

        await RevertAsync(wrong.Batch);

        (await TitlesAsync()).ShouldBe("i1 later");
    }

    [Fact]
    public async Task Two_batches_can_be_taken_back_in_either_order()
    {
        foreach (var first in (int[])[0, 1])
        {
            var id = $"i{first}";
            await database.WriteAsync(Incident(id, "right", "2026-05-01T00:00:00Z"));
            BatchReport[] wrong =
            [
                await database.WriteAsync(Incident(id, "wrong", "2026-05-02T00:00:00Z")),
                await database.WriteAsync(Incident(id, "worse", "2026-05-03T00:00:00Z")),
            ];
            await RevertAsync(wrong[first].Batch);
            await RevertAsync(wrong[1 - first].Batch);
        }

        (await TitlesAsync()).ShouldBe("i0 right, i1 right");
    }

    [Fact]
    public async Task A_tombstone_that_was_wrong_is_taken_back()
    {
        await database.WriteAsync(Incident("i1", "here", "2026-05-01T00:00:00Z"));
        var wrong = await database.WriteAsync(Incident("i1", "here", "2026-05-02T00:00:00Z") with { Deleted = true });

        await RevertAsync(wrong.Batch);

        (await TitlesAsync()).ShouldBe("i1 here");
    }

    [Fact]
    public async Task Imported_again_it_counts_again()
    {
        var wrong = await database.WriteAsync(Incident("i1", "title", "2026-05-01T00:00:00Z"));
        await RevertAsync(wrong.Batch);
        (await TitlesAsync()).ShouldBeNull();

        // Of an older version than what was taken back, too.
        await database.WriteAsync(Incident("i1", "again", "2026-04-01T00:00:00Z"));

        (await TitlesAsync()).ShouldBe("i1 again");
        (await new ControlTotals(database.Application).FactsAsync(Cancellation)).ShouldAllBe(t => t.Agrees);
    }

    [Fact]
    public async Task A_replay_passes_over_what_was_taken_back_and_what_a_replay_wrote_goes_with_it()
    {
        await database.WriteAsync(Incident("i1", "right", "2026-05-01T00:00:00Z"));
        var wrong = await database.WriteAsync(Incident("i2", "wrong", "2026-05-01T00:00:00Z"));
        var again = await new Ingest(database.Application, database.Clock, []).WriteAsync(
            new IncomingPayload("canonical", "a payload", 0, () => Stream.Null, () => Stream.Null,
                new[] { (Reading)new RecordRead(Incident("i2", "read otherwise", "2026-05-01T00:00:00Z")) }.ToAsyncEnumerable())
            { Way = IngestWay.Replay, Replays = wrong.Batch }, Cancellation);
        (await TitlesAsync()).ShouldBe("i1 right, i2 read otherwise");
        again.Changed.ShouldBe(1);

        await RevertAsync(wrong.Batch);

        (await TitlesAsync()).ShouldBe("i1 right");
        var landed = new List<long>();
        await foreach (var payload in new LandedPayloads(database.Application).ReadAsync("canonical", cancellation: Cancellation)) landed.Add(payload.Batch);
        landed.ShouldBe([1]);
    }

    [Fact]
    public async Task The_days_that_it_touched_are_computed_again()
    {
        await database.Worker.RefreshAsync(cancellation: Cancellation);
        var wrong = await database.WriteAsync(Incident("i1", "wrong", "2026-05-01T00:00:00Z"));
        await database.Worker.RefreshAsync(cancellation: Cancellation);
        (await database.TextAsync("select count(*) from kpi.stale")).ShouldBe("0");

        var report = await RevertAsync(wrong.Batch);

        (await database.TextAsync($"select count(*) from kpi.stale where kpi = 'mttr_sev1' and batch = {report.Batch} and touched @> timestamptz '2026-05-10T02:00Z'"))
            .ShouldBe("1");
        await database.Worker.RefreshAsync(cancellation: Cancellation);
        (await database.TextAsync("select count(*) from kpi.daily where kpi = 'mttr_sev1'")).ShouldBe("0");
    }

    [Fact]
    public async Task Its_word_for_the_time_that_it_covered_is_gone_and_that_of_others_stays()
    {
        await database.WriteAsync(new TimeCovered("incident", Batches.At("2026-01-01T00:00:00Z"), Batches.At("2026-03-01T00:00:00Z")));
        var wrong = await database.WriteAsync(new TimeCovered("incident", Batches.At("2026-02-01T00:00:00Z"), Batches.At("2026-06-01T00:00:00Z")));

        await RevertAsync(wrong.Batch);

        (await database.TextAsync("select covered = tstzmultirange(tstzrange('2026-01-01Z', '2026-03-01Z')) from ingest.coverage")).ShouldBe("true");
    }

    [Fact]
    public async Task The_catalogue_says_what_it_said_before()
    {
        await database.WriteAsync(new Dataset { Id = "orders", Tier = 0, UpdatedAt = Batches.At("2026-01-01T00:00:00Z") });
        var wrong = await database.WriteAsync(
            new Dataset { Id = "orders", Tier = 2, UpdatedAt = Batches.At("2026-02-01T00:00:00Z") }, new Dataset { Id = "costs", Tier = 1 });
        (await TiersAsync()).ShouldBe("costs 1, orders 2");

        await RevertAsync(wrong.Batch);

        (await TiersAsync()).ShouldBe("orders 0");
    }

    [Fact]
    public async Task Outputs_of_runs_are_what_they_were()
    {
        await database.WriteAsync(new Pipeline { Id = "load", Datasets = ["orders"] });
        await database.WriteAsync(Run(RunState.Success, "2026-05-01T00:00:00Z"));
        var wrong = await database.WriteAsync(Run(RunState.Failed, "2026-05-02T00:00:00Z"));
        (await database.TextAsync("select state from fact.effective_output")).ShouldBe("failed");

        await RevertAsync(wrong.Batch);

        (await database.TextAsync("select state from fact.effective_output")).ShouldBe("success");
    }

    [Fact]
    public async Task It_is_in_the_audit_log_with_who_and_why()
    {
        var wrong = await database.WriteAsync(Incident("i1", "wrong", "2026-05-01T00:00:00Z"));

        await RevertAsync(wrong.Batch);

        var entry = (await new AuditLog(database.Application).ListAsync(10, Cancellation)).ShouldHaveSingleItem();
        (entry.By, entry.Action, entry.Subject).ShouldBe(("ana", "batch.reverted", "batch 1"));
        entry.Detail.ShouldBe("""{"by": 2, "gone": 1, "name": "a payload", "reason": "test data", "source": "canonical", "restored": 0, "connection": ""}""");
    }

    [Fact]
    public async Task What_cannot_be_taken_back_is_said_with_what_to_do()
    {
        var wrong = await database.WriteAsync(Incident("i1", "wrong", "2026-05-01T00:00:00Z"));
        await RevertAsync(wrong.Batch);

        (await Should.ThrowAsync<CorrectionException>(() => RevertAsync(1))).Message.ShouldBe("Batch 1 was taken back before, by batch 2.");
        (await Should.ThrowAsync<CorrectionException>(() => RevertAsync(2))).Message
            .ShouldBe("Batch 2 is itself what took batch 1 back. Import what that one brought again, and it counts again.");
        (await Should.ThrowAsync<CorrectionException>(() => RevertAsync(9))).Message.ShouldBe("There is no batch 9; \"metrics batch list\" shows them.");
        (await Should.ThrowAsync<CorrectionException>(() => new BatchRevert(database.Application, database.Clock, []).RevertAsync(1, "ana", " ", Cancellation)))
            .Message.ShouldBe("Taking a batch back needs a reason (--reason).");
    }

    private Task<BatchReport> RevertAsync(long batch) =>
        new BatchRevert(database.Application, database.Clock, database.Settings.Precedence).RevertAsync(batch, "ana", "test data", Cancellation);

    private Task<string?> TitlesAsync() => database.TextAsync("select string_agg(incident_id || ' ' || title, ', ' order by incident_id) from analyst.incident");

    private Task<string?> TiersAsync() => database.TextAsync("select string_agg(dataset || ' ' || tier, ', ' order by dataset) from analyst.dataset");

    private static Incident Incident(string id, string title, string version) => new()
    {
        IncidentId = id,
        Title = title,
        Severity = 1,
        Status = IncidentStatus.Resolved,
        StartedAt = Batches.At("2026-05-10T00:00:00Z"),
        ResolvedAt = Batches.At("2026-05-10T02:00:00Z"),
        UpdatedAt = Batches.At(version),
    };

    private static PipelineRun Run(RunState state, string version) => new()
    {
        Pipeline = "load",
        RunId = "r1",
        Attempt = 1,
        State = state,
        StartedAt = Batches.At("2026-05-10T00:00:00Z"),
        EndedAt = Batches.At("2026-05-10T01:00:00Z"),
        UpdatedAt = Batches.At(version),
    };
}
