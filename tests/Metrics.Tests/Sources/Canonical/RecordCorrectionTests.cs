using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.Canonical;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Metrics.Tests.Kpis;
using Metrics.Tests.Storage;
using Metrics.Tests.Storage.Ingestion;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.Canonical;

public sealed class RecordCorrectionTests : IAsyncLifetime
{
    private Example example = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private MetricsDatabase Database => example.Database;

    public async ValueTask InitializeAsync() => example = await Example.OfAsync("""
        # incidents
        incident_id,severity,status,title,started_at,detected_at,resolved_at,updated_at
        i1,1,resolved,one,2026-05-01T00:00:00Z,2026-05-01T00:00:00Z,2026-05-01T02:00:00Z,2026-05-02T00:00:00Z
        i2,1,resolved,two,2026-05-02T00:00:00Z,2026-05-02T00:00:00Z,2026-05-02T04:00:00Z,2026-05-03T00:00:00Z
        """);

    public ValueTask DisposeAsync() => example.DisposeAsync();

    [Fact]
    public async Task A_corrected_field_counts_and_evidence_says_who_and_why()
    {
        await CorrectAsync("i2", ("resolved_at", "2026-05-02T10:00:00Z"));

        (await example.TotalAsync("mttr_sev1")).Value.ShouldBe(6);
        var evidence = await example.EvidenceAsync("mttr_sev1");
        evidence.Single(o => o.Record!.Key == "i1").Corrected.ShouldBeNull();
        evidence.Single(o => o.Record!.Key == "i2").Corrected
            .ShouldBe("resolved_at 2026-05-02T04:00:00+00:00 → 2026-05-02T10:00:00+00:00 (ana: the clock was wrong)");
    }

    [Fact]
    public async Task It_survives_what_the_source_delivers_later()
    {
        await CorrectAsync("i1", ("severity", "3"));
        await example.ImportAsync("""
            # incidents
            incident_id,severity,status,title,started_at,detected_at,resolved_at,updated_at
            i1,1,resolved,one,2026-05-01T00:00:00Z,2026-05-01T00:00:00Z,2026-05-01T02:00:00Z,2026-05-02T00:00:00Z
            """);
        (await RowAsync("i1")).ShouldBe("3 one");

        await example.ImportAsync("""
            # incidents
            incident_id,severity,status,title,started_at,detected_at,resolved_at,updated_at
            i1,2,resolved,another title,2026-05-01T00:00:00Z,2026-05-01T00:00:00Z,2026-05-01T02:00:00Z,2026-06-02T00:00:00Z
            """);

        (await RowAsync("i1")).ShouldBe("3 another title");
        (await new CorrectionStore(Database.Application, Database.Clock).ListAsync(all: false, Cancellation)).ShouldHaveSingleItem().Original.ShouldBe("2");
    }

    [Fact]
    public async Task Taken_back_the_field_says_what_the_source_says_now()
    {
        var correction = await CorrectAsync("i1", ("severity", "3"));
        await example.ImportAsync("""
            # incidents
            incident_id,severity,status,title,started_at,detected_at,resolved_at,updated_at
            i1,2,resolved,another title,2026-05-01T00:00:00Z,2026-05-01T00:00:00Z,2026-05-01T02:00:00Z,2026-06-02T00:00:00Z
            """);

        await RevertAsync(correction.Batch);

        (await RowAsync("i1")).ShouldBe("2 another title");
        (await new CorrectionStore(Database.Application, Database.Clock).ListAsync(all: false, Cancellation)).ShouldBeEmpty();
        (await new CorrectionStore(Database.Application, Database.Clock).ListAsync(all: true, Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_second_correction_takes_the_place_of_the_first_and_taken_back_gives_it_room_again()
    {
        await CorrectAsync("i1", ("severity", "3"));
        var second = await CorrectAsync("i1", ("severity", "4"));
        (await RowAsync("i1")).ShouldBe("4 one");

        await RevertAsync(second.Batch);

        (await RowAsync("i1")).ShouldBe("3 one");
    }

    [Fact]
    public async Task It_outlives_the_import_that_brought_the_record()
    {
        await CorrectAsync("i1", ("title", "the right one"));
        var import = await Database.WriteAsync(new Incident
        {
            IncidentId = "i1",
            Severity = 2,
            Title = "wrong",
            Status = IncidentStatus.Resolved,
            UpdatedAt = Batches.At("2026-07-01T00:00:00Z"),
        });
        (await RowAsync("i1")).ShouldBe("2 the right one");

        await RevertAsync(import.Batch);

        (await RowAsync("i1")).ShouldBe("1 the right one");
    }

    [Fact]
    public async Task A_field_can_be_emptied()
    {
        await CorrectAsync("i2", ("resolved_at", ""), ("status", "open"));

        (await Database.TextAsync("select status || coalesce(resolved_at::text, ' unresolved') from fact.incident where incident_id = 'i2'")).ShouldBe("open unresolved");
    }

    [Fact]
    public async Task It_is_a_batch_of_its_own_and_in_the_audit_log()
    {
        var report = await CorrectAsync("i1", ("severity", "3"));

        (await Database.TextAsync($"select way || ' ' || cause || ' ' || brought_by || ' ' || reason from ingest.batch where batch = {report.Batch}"))
            .ShouldBe("correction correction ana the clock was wrong");
        var entry = (await new AuditLog(Database.Application).ListAsync(10, Cancellation)).ShouldHaveSingleItem();
        (entry.By, entry.Action, entry.Subject).ShouldBe(("ana", "record.corrected", "incident i1"));
        entry.Detail.ShouldContain("""{"after": "3", "field": "severity", "before": "1"}""");
    }

    [Theory]
    [InlineData("incident", "i1", "severity", "9", "incident i1 cannot be so: severity is 9; allowed are 1 to 5.")]
    [InlineData("incident", "i1", "severity", "high", "incident i1 cannot be so: \"high\" is not a whole number; write it with digits only, such as 1200.")]
    [InlineData("incident", "i1", "incident_id", "i9", "incident_id is part of the record's key: another key is another record.")]
    [InlineData("incident", "i9", "severity", "2", "There is no incident \"i9\". Its key is what evidence shows, with \"/\" between its parts: incident_id.")]
    [InlineData("dataset", "orders", "tier", "2", "datasets are of the catalogue, which has a history of its own: put them right there (metrics catalog apply).")]
    public async Task What_cannot_be_is_refused_with_what_can(string fact, string key, string field, string value, string message)
    {
        var refused = await Should.ThrowAsync<CorrectionException>(() => CorrectAsync(fact, key, (field, value)));

        refused.Message.ShouldBe(message);
        (await Database.TextAsync("select count(*) from ingest.correction")).ShouldBe("0");
    }

    private Task<BatchReport> CorrectAsync(string key, params (string Field, string Value)[] fields) => CorrectAsync("incident", key, fields);

    private Task<BatchReport> CorrectAsync(string fact, string key, params (string Field, string Value)[] fields) =>
        new RecordCorrection(new CorrectionStore(Database.Application, Database.Clock), new Redactor(new byte[32])).CorrectAsync(
            fact, key, null, null, fields.ToDictionary(f => f.Field, f => f.Value), "ana", "the clock was wrong", Cancellation);

    private Task<BatchReport> RevertAsync(long batch) =>
        new BatchRevert(Database.Application, Database.Clock, Database.Settings.Precedence).RevertAsync(batch, "ana", "it was right", Cancellation);

    private Task<string?> RowAsync(string id) => Database.TextAsync($"select severity || ' ' || title from fact.incident where incident_id = '{id}'");
}
