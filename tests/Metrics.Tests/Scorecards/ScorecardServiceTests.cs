using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Editions;
using Metrics.Scorecards.Printing;
using Metrics.Tests.Api;
using Metrics.Tests.Kpis;
using Metrics.Tests.Scorecards.Editions;
using Metrics.Tests.Scorecards.Printing;

namespace Metrics.Tests.Scorecards;

/// <summary>Scorecards beside a running service.</summary>
[Collection("Chromium")]
public sealed class ScorecardServiceTests : IAsyncLifetime
{
    private RunningService service = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ScorecardDesk Scorecards => new(service.Product.Database, service.Product.Evaluator, service.Product.Clock);

    private ScorecardPdf Pdf => new(service.Product.Printer);

    public async ValueTask InitializeAsync()
    {
        service = await RunningService.StartAsync(Example.Files(Desk.Records));
        await service.Product.Worker.RefreshAsync(cancellation: Cancellation);
    }

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task Every_figure_of_the_document_is_the_one_that_the_api_gives()
    {
        var edition = await InReviewAsync();
        await Scorecards.PublishAsync(edition.Edition, "ben", Pdf, Cancellation);
        using var file = new TemporaryPdf();
        await File.WriteAllBytesAsync(file.Path, await Scorecards.Editions.DocumentAsync(edition.Edition, Cancellation), Cancellation);
        var text = Squeezed(string.Join('\n', (await PdfReading.ReadAsync(file.Path, Cancellation)).Pages));

        var totals = await RowsAsync("""{ kpiRows(period: { period: "2026-Q2" }) { nodes { kpi name formatted n } } }""");
        var tiers = await RowsAsync("""{ kpiRows(period: { period: "2026-Q2" }, by: [TIER]) { nodes { kpi name tierLabel formatted n } } }""");

        totals.Count.ShouldBeGreaterThan(20);
        foreach (var row in totals) text.ShouldContain(Squeezed($"{Text(row, "name")}{Text(row, "formatted")}"));
        var place = text.IndexOf(Squeezed("Key performance indicators"), StringComparison.Ordinal);
        foreach (var row in totals)
        {
            place = text.IndexOf(Squeezed($"{Text(row, "name")}{Text(row, "formatted")}"), place, StringComparison.Ordinal);
            place.ShouldBeGreaterThan(0, Text(row, "name"));
            foreach (var tier in tiers.Where(t => Text(t, "kpi") == Text(row, "kpi") && t.GetProperty("n").GetInt64() > 0))
            {
                place = text.IndexOf(Squeezed($"{Text(tier, "tierLabel")}{Text(tier, "formatted")}"), place, StringComparison.Ordinal);
                place.ShouldBeGreaterThan(0, $"{Text(row, "name")}, {Text(tier, "tierLabel")}");
            }
        }
    }

    [Fact]
    public async Task While_scorecards_render_the_api_answers()
    {
        var scorecard = await Scorecards.ComposeAsync((await InReviewAsync()).Edition, Cancellation);
        using (await HeldBrowser.OfAsync(service.Product.Printer))
        {
            // More than there are turns: none of them can end before the browser goes on.
            var renders = Enumerable.Range(0, 12).Select(_ => Pdf.PrintAsync(scorecard, null, Cancellation)).ToList();

            var rows = await RowsAsync("""{ kpiRows(period: { period: "2026-Q2" }, kpis: ["mttr_sev1"]) { nodes { value } } }""");
            rows.Single().GetProperty("value").GetDouble().ShouldBe(3);
            (await service.Client.GetStringAsync("/?period=2026-Q2", Cancellation)).ShouldContain("Mean time to resolve");
            renders.ShouldAllBe(render => !render.IsCompleted);

            HeldBrowser.GoOn();
            foreach (var pdf in await Task.WhenAll(renders)) pdf.AsSpan(0, 5).SequenceEqual("%PDF-"u8).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task While_an_edition_is_published_nothing_waits_for_it_and_what_is_said_meanwhile_is_in_it()
    {
        var edition = await InReviewAsync();
        Task<ScorecardEdition> publishing;
        using (await HeldBrowser.OfAsync(service.Product.Printer))
        {
            publishing = Scorecards.PublishAsync(edition.Edition, "ben", Pdf, Cancellation);
            await Scorecards.CommentAsync(edition.Edition, "Reliability", "Said at the last moment.", "ana", Cancellation);
            publishing.IsCompleted.ShouldBeFalse();
        }

        var published = await publishing;

        using var file = new TemporaryPdf();
        await File.WriteAllBytesAsync(file.Path, await Scorecards.Editions.DocumentAsync(published.Edition, Cancellation), Cancellation);
        string.Join('\n', (await PdfReading.ReadAsync(file.Path, Cancellation)).Pages).ShouldContain("Said at the last moment.");
    }

    private async Task<ScorecardEdition> InReviewAsync()
    {
        var draft = await Scorecards.DraftAsync(ScorecardScope.Platform, Period.Parse("2026-Q2", service.Product.Reporting.Calendar), "ana", null, Cancellation);
        return await Scorecards.ReviewAsync(draft.Edition, "ana", Cancellation);
    }

    private async Task<IReadOnlyList<JsonElement>> RowsAsync(string query)
    {
        using var response = await service.Client.PostAsJsonAsync("/graphql", new { query }, Cancellation);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return [.. answer.GetProperty("data").GetProperty("kpiRows").GetProperty("nodes").EnumerateArray()];
    }

    private static string Squeezed(string text) => new ComparableText(text).Text;

    private static string Text(JsonElement row, string field) => row.GetProperty(field).ToString();

    /// <summary>The printer's browser, stopped where it stands until it is told to go on.</summary>
    private sealed class HeldBrowser : IDisposable
    {
        private static int held;

        public static async Task<HeldBrowser> OfAsync(PdfPrinter printer)
        {
            await printer.PrintAsync("<!DOCTYPE html><html lang=en><title>t</title><h1>Hello</h1>", new PdfLayout(Paper.A4, "Foot"), Cancellation);
            var driver = ChromiumProcesses.Below(Environment.ProcessId, "run-driver")[^1];
            held = ChromiumProcesses.Below(driver, "--remote-debugging-pipe")[0];
            Signal("-STOP");
            return new HeldBrowser();
        }

        public static void GoOn() => Signal("-CONT");

        public void Dispose() => GoOn();

        private static void Signal(string signal)
        {
            using var process = Process.Start("kill", [signal, held.ToString(CultureInfo.InvariantCulture)]);
            process.WaitForExit();
        }
    }
}
