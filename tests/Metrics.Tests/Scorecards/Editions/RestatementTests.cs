using Metrics.Kpis;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Scorecards;
using Metrics.Scorecards.Editions;
using Metrics.Tests.Storage.Ingestion;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Scorecards.Editions;

[Collection("Chromium")]
public sealed class RestatementTests(ScorecardPdfTests.WarmPrinter warm) : IClassFixture<ScorecardPdfTests.WarmPrinter>
{
    private const string Late = """
        # incidents
        incident_id,severity,status,cause,datasets,team,started_at,detected_at,resolved_at
        i3,1,resolved,change,orders,sales,2026-06-01T00:00:00Z,2026-06-01T00:00:00Z,2026-06-01T12:00:00Z
        """;

    private readonly ScorecardPdf pdf = new(warm.Printer);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_news_nothing_is_restated()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        await desk.PublishedAsync();
        desk.LaterIs("2026-10-20T09:00:00Z");

        (await desk.Ledger.CompareAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Late_data_is_restated_once_with_its_batch_and_the_next_edition_lists_it()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var first = await desk.PublishedAsync();
        desk.LaterIs("2026-08-01T09:00:00Z");
        await desk.ImportAsync(Late);

        (await desk.RestatedAsync("mttr_sev1")).ShouldBe(["total: 3 -> 6, late data", "tier 0: 3 -> 6, late data"]);
        (await desk.Ledger.CompareAsync(Cancellation)).ShouldBeEmpty();
        var last = long.Parse((await desk.Database.TextAsync("select max(batch) from ingest.batch"))!, null);
        (await desk.Ledger.CurrentAsync([first.Edition], Cancellation)).ShouldAllBe(r => r.BatchFrom == last && r.BatchTo == last);

        var second = await desk.PublishedAsync(reason: "i3 came late");
        var listed = (await desk.Scorecards.ComposeAsync(second.Edition, Cancellation)).Sheet!.Restatements;
        listed.Where(r => r.Kpi == "mttr_sev1" && r.Group.Count == 0).ShouldHaveSingleItem().Edition.Edition.ShouldBe(first.Edition);
        (await desk.FrozenAsync(second.Edition, "mttr_sev1")).Value.ShouldBe(6);

        var next = await desk.Scorecards.DraftAsync(ScorecardScope.Platform, Period.Parse("2026-Q3", desk.Database.Settings.Calendar), "ana", null, Cancellation);
        await desk.ImportAsync(Late.Replace("i3", "i4").Replace("06-01", "06-02"));
        await desk.Ledger.CompareAsync(Cancellation);
        (await desk.Scorecards.ComposeAsync(next.Edition, Cancellation)).Sheet!.Restatements
            .Where(r => r.Kpi == "mttr_sev1" && r.Group.Count == 0).ShouldHaveSingleItem().Edition.Edition.ShouldBe(second.Edition);
    }

    [Fact]
    public async Task A_figure_that_is_again_what_was_published_is_settled_and_its_entries_stay()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var first = await desk.PublishedAsync();
        await desk.ImportAsync(Late);
        (await desk.RestatedAsync("mttr_sev1")).Count.ShouldBe(2);
        await desk.WriteAsync(null, new Incident { IncidentId = "i3", Deleted = true, UpdatedAt = Batches.At("2027-01-01T00:00:00Z") });

        (await desk.RestatedAsync("mttr_sev1")).ShouldBeEmpty();
        (await desk.Ledger.EntriesAsync([first.Edition], Cancellation)).Count(r => r.Kpi == "mttr_sev1" && r.Group.Count == 0).ShouldBe(2);
    }

    [Fact]
    public async Task A_deleted_record_is_a_deletion()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        await desk.PublishedAsync();
        await desk.WriteAsync(null, new Incident { IncidentId = "i2", Deleted = true, UpdatedAt = Batches.At("2027-01-01T00:00:00Z") });

        (await desk.RestatedAsync("mttr_sev1")).ShouldBe(["total: 3 -> 2, deletion", "tier 0: 3 -> 2, deletion"]);
    }

    [Theory]
    [InlineData("replay", "replay")]
    [InlineData("correction", "correction")]
    [InlineData("revert", "batch reverted")]
    public async Task A_record_that_a_replay_a_correction_or_a_revert_has_changed_says_so(string cause, string reason)
    {
        await using var desk = await Desk.OpenAsync(pdf);
        await desk.PublishedAsync();
        await desk.WriteAsync(cause, new Incident
        {
            IncidentId = "i2",
            Severity = 1,
            Status = IncidentStatus.Resolved,
            Datasets = ["orders"],
            Team = "sales",
            StartedAt = Batches.At("2026-05-10T00:00:00Z"),
            ResolvedAt = Batches.At("2026-05-10T08:00:00Z"),
            UpdatedAt = Batches.At("2027-01-01T00:00:00Z"),
        });

        (await desk.RestatedAsync("mttr_sev1")).ShouldBe([$"total: 3 -> 5, {reason}", $"tier 0: 3 -> 5, {reason}"]);
    }

    [Fact]
    public async Task A_corrected_tier_is_a_catalogue_correction()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        await desk.PublishedAsync();
        await desk.ImportAsync("""
            # datasets
            dataset,valid_from,tier,team,domain,updated_at
            orders,,1,sales,shop,2027-01-01T00:00:00Z
            """);

        // The total is the same: the incidents have moved from one tier to the other.
        (await desk.RestatedAsync("mttr_sev1")).ShouldBe(
            ["tier 0: 3 -> none, catalogue correction", "tier 1: none -> 3, catalogue correction"]);
    }

    [Fact]
    public async Task A_changed_definition_is_a_definition_change_and_the_old_one_still_opens_the_figure()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var published = await desk.PublishedAsync();
        var definition = desk.Database.Kpis["mttr_sev1"];
        desk.Database.Kpis = desk.Database.Kpis.With(
            "mttr_sev1", definition.File, definition.Text.Replace("/ 3600", "/ 1800", StringComparison.Ordinal));
        desk.Database.Kpis["mttr_sev1"].Hash.ShouldNotBe(definition.Hash);
        await desk.Database.Worker.RefreshAsync(cancellation: Cancellation);

        (await desk.RestatedAsync("mttr_sev1")).ShouldBe(["total: 3 -> 6, definition change", "tier 0: 3 -> 6, definition change"]);
        var opened = await new PublishedRecords(desk.Database.Application, desk.Database.Evaluator)
            .ExplainAsync(published.Edition, "mttr_sev1", new Dictionary<Dimension, string?>(), Cancellation);
        (opened.Agrees, opened.Explanation.Definition.Hash).ShouldBe((true, definition.Hash));
    }

    [Fact]
    public async Task A_changed_zone_is_a_setting_change()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        await desk.ImportAsync("""
            # incidents
            incident_id,severity,status,datasets,started_at,resolved_at
            i5,1,resolved,orders,2026-06-30T14:00:00Z,2026-06-30T23:00:00Z
            """);
        await desk.PublishedAsync();
        var elsewhere = new ReportingSettings { Calendar = ReportingCalendar.Create("Europe/Berlin", 1, []) };
        var evaluator = new KpiEvaluator(desk.Database.Application, desk.Database.Reader, desk.Database.Kpis, elsewhere, desk.Database.Clock);

        await new RestatementLedger(desk.Database.Application, evaluator, desk.Database.Clock).CompareAsync(Cancellation);

        // 23:00 UTC is the first of July in Berlin.
        var entry = (await desk.Ledger.CurrentAsync([1], Cancellation)).Single(r => r.Kpi == "mttr_sev1" && r.Group.Count == 0);
        (entry.Published, entry.Now).ShouldBe((5, 3));
        entry.Reasons.ShouldBe(["setting change"]);
    }

    [Fact]
    public async Task What_only_time_has_settled_is_matured()
    {
        // Three business days after i6 was resolved, its postmortem may still come; weeks later it is missing.
        await using var desk = await Desk.OpenAsync(pdf, """
            # incidents
            incident_id,severity,status,started_at,resolved_at,postmortem_published_at
            i1,1,resolved,2026-05-01T00:00:00Z,2026-05-01T02:00:00Z,2026-05-02T00:00:00Z
            i2,1,resolved,2026-05-10T00:00:00Z,2026-05-10T04:00:00Z,2026-05-11T00:00:00Z
            i6,1,resolved,2026-06-29T10:00:00Z,2026-06-29T11:00:00Z,
            """, now: "2026-07-02T11:00:00Z");
        var published = await desk.PublishedAsync();
        (await desk.FrozenAsync(published.Edition, "postmortem_completion")).Value.ShouldBe(1);
        desk.LaterIs("2026-08-01T09:00:00Z");

        var restated = await desk.RestatedAsync("postmortem_completion");
        restated[0].ShouldBe("total: 1 -> 0.6666666666666666, matured");
        restated.ShouldAllBe(r => r.EndsWith(", matured"));
        (await desk.Ledger.CompareAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_published_figure_opens_to_the_records_as_they_were()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var published = await desk.PublishedAsync();
        await desk.WriteAsync(null, new Incident
        {
            IncidentId = "i2",
            Severity = 1,
            Status = IncidentStatus.Resolved,
            Datasets = ["costs"],
            Team = "ops",
            StartedAt = Batches.At("2026-05-10T00:00:00Z"),
            ResolvedAt = Batches.At("2026-05-10T09:00:00Z"),
            UpdatedAt = Batches.At("2027-01-01T00:00:00Z"),
        });
        await desk.WriteAsync(null, new Incident { IncidentId = "i1", Deleted = true, UpdatedAt = Batches.At("2027-01-01T00:00:00Z") });
        await desk.ImportAsync(Late);
        await desk.ImportAsync("""
            # datasets
            dataset,valid_from,tier,team,domain,updated_at
            orders,,2,ops,shop,2027-01-01T00:00:00Z
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,started_at,ended_at,state,updated_at
            load,r0,1,2026-04-01T00:00:00Z,2026-04-01T00:00:00Z,2026-04-01T00:10:00Z,success,2027-01-01T00:00:00Z
            load,r1,1,2026-04-02T00:00:00Z,2026-04-02T00:00:00Z,2026-04-02T05:10:00Z,success,2027-01-01T00:00:00Z
            """);
        var records = new PublishedRecords(desk.Database.Application, desk.Database.Evaluator);

        var opened = await records.ExplainAsync(published.Edition, "mttr_sev1", new Dictionary<Dimension, string?>(), Cancellation);

        opened.Agrees.ShouldBeTrue();
        opened.Explanation.Counted.Select(o => (o.Record!.Key, o.Value, o.Cell.Tier, o.Cell.Team)).ShouldBe([("i1", 2, 0, "sales"), ("i2", 4, 0, "sales")]);
        (await records.ExplainAsync(published.Edition, "mttr_sev1", new Dictionary<Dimension, string?> { [Dimension.Tier] = "0" }, Cancellation)).Agrees.ShouldBeTrue();
        var runs = await records.ExplainAsync(published.Edition, "pipeline_success_rate", new Dictionary<Dimension, string?>(), Cancellation);
        (runs.Agrees, runs.Explanation.Rows[0].Value, runs.Again).ShouldBe((true, 0.8, 0.8));
        foreach (var kpi in desk.Database.Kpis.Definitions.Where(d => !d.Companion && d.Grains.Contains(Grain.Quarter)))
            (await records.ExplainAsync(published.Edition, kpi.Id, new Dictionary<Dimension, string?>(), Cancellation)).Agrees.ShouldBeTrue(kpi.Id);
    }

    [Fact]
    public async Task Freshness_opens_to_the_outputs_as_they_were()
    {
        await using var desk = await Desk.OpenAsync(pdf, """
            # datasets
            dataset,valid_from,tier,freshness_max_age
            orders,,0,P1D
            # pipelines
            pipeline,datasets
            load,orders
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,started_at,ended_at,state
            load,r1,1,2026-06-01T00:00:00Z,2026-06-01T00:00:00Z,2026-06-01T00:00:00Z,success
            load,r2,1,2026-06-04T00:00:00Z,2026-06-04T00:00:00Z,2026-06-04T00:00:00Z,success
            """);
        var published = await desk.PublishedAsync();
        var was = await desk.FrozenAsync(published.Edition, "freshness_adherence");
        was.Value.ShouldNotBeNull();
        await desk.ImportAsync("""
            # pipeline_runs
            pipeline,run_id,attempt,scheduled_for,started_at,ended_at,state,updated_at
            load,r2,1,2026-06-04T00:00:00Z,2026-06-04T00:00:00Z,2026-06-04T00:00:00Z,failed,2027-01-01T00:00:00Z
            """);

        (await desk.RestatedAsync("freshness_adherence"))[0].ShouldEndWith(", late data");
        (await new PublishedRecords(desk.Database.Application, desk.Database.Evaluator)
            .ExplainAsync(published.Edition, "freshness_adherence", new Dictionary<Dimension, string?>(), Cancellation)).Again.ShouldBe(was.Value);
    }
}
