using Metrics.Model.Facts;
using Metrics.Storage.Ingestion;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Storage.Ingestion;

public sealed class VersionTests : IAsyncLifetime
{
    private MetricsDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task The_higher_version_wins_whichever_comes_first()
    {
        await database.WriteAsync(Incident("later", "2026-05-02T00:00:00Z"));
        var older = await database.WriteAsync(Incident("earlier", "2026-05-01T00:00:00Z"));
        (await TitleAsync()).ShouldBe("later");
        (older.New, older.Changed, older.Same).ShouldBe((0, 0, 1));

        (await database.WriteAsync(Incident("latest", "2026-05-03T00:00:00Z"))).Changed.ShouldBe(1);
        (await TitleAsync()).ShouldBe("latest");
    }

    [Fact]
    public async Task Of_equal_versions_an_ended_state_wins_over_one_that_goes_on_then_the_greater_row()
    {
        var open = Incident("z", "2026-05-01T00:00:00Z") with { Status = IncidentStatus.Open };
        var resolved = Incident("a", "2026-05-01T00:00:00Z") with { Status = IncidentStatus.Resolved };
        await database.WriteAsync(resolved);
        await database.WriteAsync(open);
        (await TitleAsync()).ShouldBe("a");

        await database.WriteAsync(resolved with { Title = "b" });
        await database.WriteAsync(resolved with { Title = "a" });
        (await TitleAsync()).ShouldBe("b");
    }

    [Fact]
    public async Task Within_a_file_the_last_row_of_a_key_wins()
    {
        await database.WriteAsync(Incident("first"), Incident("second"), Incident("third"));

        (await TitleAsync()).ShouldBe("third");
    }

    [Fact]
    public async Task Without_a_version_a_later_import_is_a_later_version()
    {
        await database.WriteAsync(Incident("z"));
        database.Clock = new FixedClock("2026-11-21T12:00:01Z");
        await database.WriteAsync(Incident("a"));

        (await TitleAsync()).ShouldBe("a");
    }

    [Fact]
    public async Task A_tombstone_hides_a_row_and_a_later_version_brings_it_back()
    {
        await database.WriteAsync(Incident("here", "2026-05-01T00:00:00Z"));
        await database.WriteAsync(Incident("here", "2026-05-02T00:00:00Z") with { Deleted = true });
        (await database.TextAsync("select count(*) from analyst.incident")).ShouldBe("0");

        // An older version does not raise the dead.
        await database.WriteAsync(Incident("here", "2026-05-01T12:00:00Z"));
        (await database.TextAsync("select count(*) from analyst.incident")).ShouldBe("0");

        await database.WriteAsync(Incident("back", "2026-05-03T00:00:00Z"));
        (await TitleAsync()).ShouldBe("back");
        (await database.TextAsync("select count(*) from fact.history where fact = 'incident'")).ShouldBe("2");
    }

    [Fact]
    public async Task A_row_that_is_the_same_keeps_its_batch_but_an_older_version_still_loses_to_it()
    {
        var first = await database.WriteAsync(Incident("same", "2026-05-01T00:00:00Z"));
        var second = await database.WriteAsync(Incident("same", "2026-05-03T00:00:00Z"));
        (second.Changed, second.Same).ShouldBe((0, 1));
        (await database.TextAsync("select batch from fact.incident")).ShouldBe($"{first.Batch}");
        (await database.TextAsync("select count(*) from fact.history")).ShouldBe("0");

        await database.WriteAsync(Incident("in between", "2026-05-02T00:00:00Z"));
        (await TitleAsync()).ShouldBe("same");
    }

    [Fact]
    public async Task The_old_version_of_a_changed_row_is_kept_with_the_batches_between_which_it_held()
    {
        var first = await database.WriteAsync(Incident("one", "2026-05-01T00:00:00Z"));
        var second = await database.WriteAsync(Incident("two", "2026-05-02T00:00:00Z"));

        (await database.TextAsync("""select concat_ws(' ', key, "row"->>'title', batch_from, batch_to) from fact.history"""))
            .ShouldBe($"""["canonical", "", "i1"] one {first.Batch} {second.Batch}""");
    }

    [Fact]
    public async Task Merging_never_overwrites_what_is_known_with_nothing()
    {
        await MergeAsync(Incident("known", "2026-05-02T00:00:00Z") with { Severity = 1, Datasets = ["orders"] });
        await MergeAsync(new Incident { IncidentId = "i1", UpdatedAt = Batches.At("2026-05-03T00:00:00Z"), Status = IncidentStatus.Open });
        await MergeAsync(Incident("too old", "2026-05-01T00:00:00Z") with { Team = "crm" });

        (await database.TextAsync("select concat_ws(' ', title, severity, datasets, status, team) from fact.incident"))
            .ShouldBe("known 1 {orders} open crm");
    }

    [Fact]
    public async Task Replacing_a_partition_hides_the_rows_that_the_batch_lacks()
    {
        await database.WriteAsync(
            Incident("one") with { IncidentId = "i1", DetectedAt = Batches.At("2026-05-01T00:00:00Z") },
            Incident("two") with { IncidentId = "i2", DetectedAt = Batches.At("2026-05-02T00:00:00Z") },
            Incident("three") with { IncidentId = "i3", DetectedAt = Batches.At("2026-06-01T00:00:00Z") });
        database.Clock = new FixedClock("2026-11-21T12:00:01Z");
        var may = FactPart.Of("incident").Between("detected_at", Batches.At("2026-05-01T00:00:00Z"), Batches.At("2026-06-01T00:00:00Z"));

        await database.WriteAsync(
            new PartRead(may),
            new RecordRead(Incident("two") with { IncidentId = "i2", DetectedAt = Batches.At("2026-05-02T00:00:00Z") }));

        (await database.TextAsync("select string_agg(incident_id, ' ' order by incident_id) from analyst.incident")).ShouldBe("i2 i3");
    }

    [Fact]
    public async Task Replacing_a_partition_with_nothing_empties_it()
    {
        await database.WriteAsync(Incident("one") with { DetectedAt = Batches.At("2026-05-01T00:00:00Z") });
        database.Clock = new FixedClock("2026-11-21T12:00:01Z");
        var may = FactPart.Of("incident").Between("detected_at", Batches.At("2026-05-01T00:00:00Z"), Batches.At("2026-06-01T00:00:00Z"));

        await database.WriteAsync(new PartRead(may));

        (await database.TextAsync("select count(*) from analyst.incident")).ShouldBe("0");
    }

    [Fact]
    public async Task An_empty_part_of_a_key_is_a_value_of_its_own()
    {
        await database.WriteAsync(
            new PipelineRun { Pipeline = "p", RunId = "r", Attempt = null, State = RunState.Failed },
            new PipelineRun { Pipeline = "p", RunId = "r", Attempt = 1, State = RunState.Failed },
            new PipelineRun { Pipeline = "p", RunId = "r", Attempt = null, State = RunState.Success });

        (await database.TextAsync("select string_agg(concat_ws(' ', attempt, state), ', ' order by attempt) from fact.pipeline_run"))
            .ShouldBe("1 failed, success");
    }

    private static Incident Incident(string title, string? version = null) =>
        new() { IncidentId = "i1", Title = title, UpdatedAt = version is null ? null : Batches.At(version) };

    private Task<BatchReport> MergeAsync(Incident incident) =>
        database.WriteAsync("canonical", WriteMode.Merge, new RecordRead(incident));

    private Task<string?> TitleAsync() => database.TextAsync("select title from analyst.incident");
}
