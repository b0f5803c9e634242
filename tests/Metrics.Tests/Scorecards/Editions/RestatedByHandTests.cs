using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Editions;
using Metrics.Storage.Catalogue;
using Metrics.Tests.Storage.Ingestion;

namespace Metrics.Tests.Scorecards.Editions;

[Collection("Chromium")]
public sealed class RestatedByHandTests(ScorecardPdfTests.WarmPrinter warm) : IClassFixture<ScorecardPdfTests.WarmPrinter>
{
    private const string Third = """
        # incidents
        incident_id,severity,status,cause,datasets,team,started_at,detected_at,resolved_at
        i3,1,resolved,change,costs,ops,2026-06-01T00:00:00Z,2026-06-01T00:00:00Z,2026-06-01T12:00:00Z
        """;

    private readonly ScorecardPdf pdf = new(warm.Printer);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_that_was_taken_back_is_a_revert_and_the_published_figure_still_opens()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        await desk.ImportAsync(Third);
        var wrong = await desk.LastBatchAsync();
        var published = await desk.PublishedAsync();
        await desk.RevertAsync(wrong);

        (await desk.RestatedAsync("mttr_sev1")).ShouldBe(["total: 6 -> 3, batch reverted", "tier 1: 12 -> none, batch reverted"]);
        (await desk.Ledger.CurrentAsync([published.Edition], Cancellation)).ShouldAllBe(r => r.BatchFrom == wrong + 1 && r.BatchTo == wrong + 1);
        var opened = await new PublishedRecords(desk.Database.Application, desk.Database.Evaluator)
            .ExplainAsync(published.Edition, "mttr_sev1", new Dictionary<Dimension, string?>(), Cancellation);
        (opened.Agrees, opened.Explanation.Counted.Count).ShouldBe((true, 3));
    }

    [Fact]
    public async Task Late_data_that_is_taken_back_settles_its_entries()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        await desk.PublishedAsync();
        await desk.ImportAsync(Third);
        (await desk.RestatedAsync("mttr_sev1")).Count.ShouldBe(2);
        await desk.RevertAsync(await desk.LastBatchAsync());

        (await desk.RestatedAsync("mttr_sev1")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_record_that_was_put_right_is_a_correction_and_stays_one_when_the_source_delivers_again()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var published = await desk.PublishedAsync();
        await desk.CorrectAsync("incident", "i2", "resolved_at", "2026-05-10T08:00:00Z");
        (await desk.RestatedAsync("mttr_sev1")).ShouldBe(["total: 3 -> 5, correction", "tier 0: 3 -> 5, correction"]);

        desk.LaterIs("2026-08-01T09:00:00Z");
        await desk.ImportAsync(Desk.Records.Replace("2026-05-10T00:00:00Z,2026-05-10T00:00:00Z", "2026-05-10T02:00:00Z,2026-05-10T02:00:00Z", StringComparison.Ordinal));

        (await desk.RestatedAsync("mttr_sev1"))[0].ShouldStartWith("total: 3 -> 4, correction, late data");
        var opened = await new PublishedRecords(desk.Database.Application, desk.Database.Evaluator)
            .ExplainAsync(published.Edition, "mttr_sev1", new Dictionary<Dimension, string?>(), Cancellation);
        (opened.Agrees, opened.Explanation.Counted.Any(o => o.Corrected is not null)).ShouldBe((true, false));
    }

    [Fact]
    public async Task Teams_and_datasets_are_restated_too()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        await desk.PublishedAsync();
        await desk.ImportAsync(Third);

        (await desk.RestatedAsync("mttr_sev1", breakdowns: true)).ShouldBe(
        [
            "total: 3 -> 6, late data", "dataset costs: none -> 12, late data", "team ops: none -> 12, late data", "tier 1: none -> 12, late data",
        ]);
    }

    [Fact]
    public async Task Another_name_for_a_dataset_is_a_catalogue_correction()
    {
        await using var desk = await Desk.OpenAsync(pdf, Desk.Records.Replace("change,orders,sales", "change,shop.orders,", StringComparison.Ordinal));
        await desk.PublishedAsync();
        var identity = new IdentityStore(desk.Database.Application, desk.Database.Clock, desk.Database.Settings.Precedence);
        (await identity.AliasAsync("dataset", "", "shop.orders", "orders", "ana", "one table", Cancellation)).ShouldBeNull();
        await desk.Database.Worker.RefreshAsync(cancellation: Cancellation);

        (await desk.RestatedAsync("mttr_sev1")).ShouldContain("tier 0: none -> 3, catalogue correction");
    }

    [Fact]
    public async Task A_changed_exchange_rate_is_a_setting_change()
    {
        await using var desk = await Desk.OpenAsync(pdf, """
            # costs
            cost_id,service,charge_start,charge_end,effective_cost,currency
            c1,warehouse,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z,100,EUR
            # usage_units
            day,unit,quantity
            2026-05-01,tb_processed,10
            """);
        await desk.PublishedAsync();
        var dearer = desk.Database.Settings with { Rates = ExchangeRates.Parse("USD 2026-01-01 0.9"), Currency = "USD" };
        var evaluator = new KpiEvaluator(desk.Database.Application, desk.Database.Reader, desk.Database.Kpis, dearer, desk.Database.Clock);
        await new RestatementLedger(desk.Database.Application, evaluator, desk.Database.Clock).CompareAsync(Cancellation);

        var entry = (await desk.Ledger.CurrentAsync([1], Cancellation)).Single(r => r.Kpi == "unit_cost" && r.Group.Count == 0);
        (entry.Published, entry.Now).ShouldBe((10, null));
        entry.Reasons.ShouldBe(["setting change"]);
    }

    [Fact]
    public async Task What_happens_to_earlier_editions_and_to_actions_later_changes_nothing_of_a_published_sheet()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        await desk.PublishedAsync();
        await desk.ImportAsync(Third);
        var actions = new ReviewActions(desk.Database.Application, desk.Database.Clock);
        var action = await actions.AddAsync(null, ScorecardScope.Platform, "Halve the retries", "lee", new DateOnly(2026, 9, 1), "ana", Cancellation);
        var second = await desk.PublishedAsync(reason: "i3 came late");
        var document = await desk.Scorecards.Editions.DocumentAsync(second.Edition, Cancellation);
        var said = (await desk.Scorecards.ComposeAsync(second.Edition, Cancellation)).Sheet!;
        (said.Restatements.Count > 0, said.Actions.Count).ShouldBe((true, 1));

        await actions.DoneAsync(action, "lee", "halved", Cancellation);
        await desk.WriteAsync(null, new Metrics.Model.Facts.Incident { IncidentId = "i3", Deleted = true, UpdatedAt = DateTimeOffset.Parse("2027-01-01T00:00:00Z", null) });
        await desk.Ledger.CompareAsync(Cancellation);

        var now = await desk.Scorecards.ComposeAsync(second.Edition, Cancellation);
        now.Sheet!.Actions.Single().IsOpen.ShouldBeTrue();
        now.Sheet.Restatements.Select(r => r.Number).ShouldBe(said.Restatements.Select(r => r.Number));
        await ScorecardPdf.CheckAsync(document, ScorecardPdf.Expected(now, second.Style!), Cancellation);
    }

    [Fact]
    public async Task Retention_spares_what_published_figures_are_opened_with()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var published = await desk.PublishedAsync();
        await desk.CorrectAsync("incident", "i2", "resolved_at", "2026-05-10T08:00:00Z");
        await desk.ImportAsync(Third);
        desk.LaterIs("2036-07-20T09:00:00Z");

        await new Metrics.Storage.Ingestion.Housekeeping(desk.Database.Application, desk.Database.Clock).ExpireAsync(TimeSpan.FromDays(1), Cancellation);

        (await desk.Database.TextAsync("select count(*) from ingest.landed")).ShouldBe("0");
        foreach (var kpi in (string[])["mttr_sev1", "pipeline_success_rate"])
        {
            (await new PublishedRecords(desk.Database.Application, desk.Database.Evaluator)
                .ExplainAsync(published.Edition, kpi, new Dictionary<Dimension, string?>(), Cancellation)).Agrees.ShouldBeTrue(kpi);
        }
    }

    [Fact]
    public async Task The_style_is_that_of_the_day_whatever_the_settings_say_later()
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var edition = await desk.InReviewAsync();
        var german = new ScorecardStyle { Culture = System.Globalization.CultureInfo.GetCultureInfo("de-DE"), Paper = Paper.Letter, Currency = "CHF" };
        var scorecards = new ScorecardDesk(desk.Database.Application, desk.Database.Evaluator, desk.Database.Clock) { Style = german };
        var published = await scorecards.PublishAsync(edition.Edition, "ben", pdf, Cancellation);

        var kept = (await desk.Scorecards.Editions.FindAsync(published.Edition, Cancellation)).Style.ShouldNotBeNull();

        (kept.Culture.Name, kept.Paper, kept.Currency).ShouldBe(("de-DE", Paper.Letter, "CHF"));
        var document = await desk.Scorecards.Editions.DocumentAsync(published.Edition, Cancellation);
        await ScorecardPdf.CheckAsync(document, ScorecardPdf.Expected(await desk.Scorecards.ComposeAsync(published.Edition, Cancellation), kept), Cancellation);
    }

    [Theory]
    [InlineData("late data")]
    [InlineData("deletion")]
    [InlineData("replay")]
    [InlineData("correction")]
    [InlineData("revert")]
    [InlineData("catalogue")]
    [InlineData("definition")]
    [InlineData("setting")]
    [InlineData("time")]
    public async Task A_published_edition_stays_to_the_byte(string whatever)
    {
        await using var desk = await Desk.OpenAsync(pdf);
        var published = await desk.PublishedAsync();
        var (kept, document) = (await desk.KeptAsync(published.Edition), await desk.Scorecards.Editions.DocumentAsync(published.Edition, Cancellation));
        await ChangeAsync(desk, whatever);

        await desk.Database.Worker.RefreshAsync(cancellation: Cancellation);
        await desk.Ledger.CompareAsync(Cancellation);

        (await desk.KeptAsync(published.Edition)).ShouldBe(kept);
        var now = await desk.Scorecards.Editions.DocumentAsync(published.Edition, Cancellation);
        now.ShouldBe(document);
        EditionStore.Sha256Of(now).ShouldBe(published.PdfSha256);
        await ScorecardPdf.CheckAsync(now, ScorecardPdf.Expected(await desk.Scorecards.ComposeAsync(published.Edition, Cancellation), published.Style!), Cancellation);
    }

    private static async Task ChangeAsync(Desk desk, string whatever)
    {
        switch (whatever)
        {
            case "late data":
                await desk.ImportAsync(Third);
                break;
            case "deletion":
                await desk.ImportAsync("""
                    # incidents
                    incident_id,deleted,updated_at
                    i1,true,2027-01-01T00:00:00Z
                    """);
                break;
            case "replay":
                await desk.WriteAsync("replay", new Metrics.Model.Facts.Incident { IncidentId = "i1", Severity = 3, UpdatedAt = DateTimeOffset.Parse("2027-01-01T00:00:00Z", null) });
                break;
            case "correction":
                await desk.CorrectAsync("incident", "i1", "severity", "3");
                break;
            case "revert":
                foreach (var batch in Enumerable.Range(1, (int)await desk.LastBatchAsync())) await desk.RevertAsync(batch);
                break;
            case "catalogue":
                await desk.ImportAsync("""
                    # datasets
                    dataset,valid_from,tier,team,updated_at
                    orders,,2,ops,2027-01-01T00:00:00Z
                    """);
                break;
            case "definition":
                var definition = desk.Database.Kpis["mttr_sev1"];
                desk.Database.Kpis = desk.Database.Kpis.With("mttr_sev1", definition.File, definition.Text.Replace("/ 3600", "/ 1800", StringComparison.Ordinal));
                break;
            case "setting":
                desk.Database.Settings = new ReportingSettings { Calendar = ReportingCalendar.Create("Asia/Tokyo", 4, []), Currency = "USD" };
                break;
            default:
                desk.LaterIs("2027-06-01T09:00:00Z");
                break;
        }
    }
}
