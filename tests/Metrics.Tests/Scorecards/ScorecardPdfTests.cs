using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Metrics.Scorecards;
using Metrics.Scorecards.Printing;
using Metrics.Tests.Scorecards.Printing;

namespace Metrics.Tests.Scorecards;

[Collection("Chromium")]
public sealed class ScorecardPdfTests(ScorecardPdfTests.WarmPrinter warm) : IClassFixture<ScorecardPdfTests.WarmPrinter>, IDisposable
{
    private readonly PdfPrinter printer = warm.Printer;
    private readonly TemporaryPdf file = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => file.Dispose();

    [Fact]
    public async Task It_is_tagged_titled_bookmarked_and_small()
    {
        await WriteAsync(new MadeUpPlatform());

        var info = await PdfTool.RunAsync("pdfinfo", [file.Path], Cancellation);
        info.ShouldMatch(@"Title:\s+Data platform scorecard 2026-Q2\n");
        info.ShouldMatch(@"Tagged:\s+yes\n");
        info.ShouldMatch(@"JavaScript:\s+no\n");
        info.ShouldContain("(A4)");
        new FileInfo(file.Path).Length.ShouldBeLessThan(2_000_000);
        (await PdfReading.ReadAsync(file.Path, Cancellation)).Bookmarks.Take(6).ShouldBe(
        [
            "Data platform scorecard\u00a02026-Q2",
            "7 of 9 KPIs meet their target; 2 at risk.",
            "Largest moves since 2026-Q1",
            "What changed since 2026-Q1",
            "Key performance indicators",
            "Reliability",
        ]);
    }

    [Fact]
    public async Task Its_structure_has_headings_tables_and_figures()
    {
        await WriteAsync(new MadeUpPlatform());

        var structure = await PdfTool.RunAsync("pdfinfo", ["-struct", file.Path], Cancellation);
        structure.ShouldMatch(@"\bH1\b");
        structure.ShouldMatch(@"\bTable\b");
        structure.ShouldMatch(@"\bTH\b");
        structure.ShouldMatch(@"\bCaption\b");
        structure.ShouldMatch(@"\bFigure\b");
    }

    [Fact]
    public async Task Its_fonts_are_embedded_with_their_outlines()
    {
        await WriteAsync(new MadeUpPlatform());

        var fonts = await PdfTool.RunAsync("pdffonts", [file.Path], Cancellation);
        fonts.ShouldContain("Inter-Regular");
        fonts.ShouldContain("Inter-SemiBold");
        fonts.ShouldNotContain("Type 3");
        (await PdfReading.ReadAsync(file.Path, Cancellation)).MissingFonts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("en-GB", Paper.A4)]
    [InlineData("de-DE", Paper.Letter)]
    [InlineData("fr-FR", Paper.A4)]
    public async Task Its_figures_are_read_back_in_any_culture_on_any_paper(string culture, Paper paper)
    {
        await WriteAsync(new MadeUpPlatform(), new ScorecardStyle { Culture = CultureInfo.GetCultureInfo(culture), Paper = paper });

        File.Exists(file.Path).ShouldBeTrue();
    }

    [Fact]
    public async Task A_figure_that_is_not_the_evaluated_one_is_found_and_no_file_is_written()
    {
        var scorecard = await new MadeUpPlatform().ComposeAsync();
        var style = new ScorecardStyle();
        var html = await ScorecardHtml.DocumentAsync(scorecard, style);
        var tampered = new Regex("97\\.8 %").Replace(html, "97.9 %", count: 1);
        var expected = new ScorecardFigures(scorecard, style).Expectation("Foot");

        var fault = await Should.ThrowAsync<PdfCheckException>(
            () => new ScorecardPdf(printer).WriteAsync(tampered, expected, file.Path, style, Cancellation));

        fault.Message.ShouldStartWith("The scorecard was not written, because its PDF failed the check: after 'Freshness SLA adherence");
        fault.Message.ShouldContain("it should say 'Tier 0 97.8 % > 98 % At risk");
        fault.Message.ShouldContain("and says 'Tier 0 97.9 % > 98 % At risk");
        Directory.GetFileSystemEntries(file.Folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_damage_that_readers_mend_in_silence_is_found()
    {
        await WriteAsync(new MadeUpPlatform());
        var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file.Path, Cancellation));
        await File.WriteAllBytesAsync(file.Path, Encoding.Latin1.GetBytes(Regex.Replace(text, @"(?<=startxref\s+)\d", "9")), Cancellation);

        (await PdfTool.RunAsync("pdftotext", [file.Path, "-"], Cancellation)).ShouldContain("Reliability");
        (await Should.ThrowAsync<PdfCheckException>(() => PdfReading.ReadAsync(file.Path, Cancellation))).Message.ShouldContain("qpdf finds fault with it");
    }

    [Fact]
    public async Task A_failed_check_leaves_the_older_file_as_it_was()
    {
        await File.WriteAllTextAsync(file.Path, "older", Cancellation);
        var scorecard = await new MadeUpPlatform().ComposeAsync();
        var html = await ScorecardHtml.DocumentAsync(scorecard);
        var expected = new ScorecardFigures(scorecard, new ScorecardStyle()).Expectation("Foot") with { Title = "Other" };

        await Should.ThrowAsync<PdfCheckException>(
            () => new ScorecardPdf(printer).WriteAsync(html, expected, file.Path, new ScorecardStyle(), Cancellation));

        (await File.ReadAllTextAsync(file.Path, Cancellation)).ShouldBe("older");
    }

    [Fact]
    public async Task Long_names_stay_on_the_paper()
    {
        var longWord = "warehouse_of_" + new string('w', 47);
        const string sentence = "The team of many words that looks after all of customer data";
        await WriteAsync(new MadeUpPlatform
        {
            Teams = [sentence, longWord, null],
            Datasets = [.. Enumerable.Range(10, 12).Select(i => $"{longWord[..58]}{i}")],
            Definitions = [.. MadeUpKpis.All.Select(kpi => kpi with { Name = LongName(kpi.Name) })],
            Open =
            [
                MadeUpPlatform.Incident(
                    "INC-1", $"{sentence}, {sentence}, {sentence}", "1", longWord, "2026-06-01T00:00Z", longWord, sentence),
            ],
        });

        await NothingLeavesThePaperAsync();

        static string LongName(string name) => $"{name} over everything anybody ever asked of us".PadRight(60, 'm')[..60];
    }

    [Fact]
    public async Task Two_hundred_datasets_and_forty_teams_stay_on_the_paper()
    {
        await WriteAsync(new MadeUpPlatform
        {
            Teams = [.. Enumerable.Range(1, 40).Select(i => $"team {i}")],
            Datasets = [.. Enumerable.Range(1, 200).Select(i => $"mart_{i}")],
        });

        await NothingLeavesThePaperAsync();
        (await PdfReading.ReadAsync(file.Path, Cancellation)).Pages
            .Count(page => page.Contains("Team All tiers Tier 0 Tier 1 Tier 2 n", StringComparison.Ordinal))
            .ShouldBeGreaterThan(2, "the head of a table is repeated on each of its pages");
    }

    [Fact]
    public async Task Nothing_at_all_is_a_document_too()
    {
        await WriteAsync(new MadeUpPlatform { Knows = (_, _) => false, Open = [] });
        await WriteAsync(new MadeUpPlatform { Definitions = [] });
    }

    [Fact]
    public async Task Names_in_any_script_are_printed()
    {
        await WriteAsync(new MadeUpPlatform
        {
            Teams = ["Données & qualité", "Ομάδα", "команда", "数据平台", "فريق البيانات", "🚀 rockets", "ﬁnance"],
        });

        File.Exists(file.Path).ShouldBeTrue();
    }

    private async Task WriteAsync(MadeUpPlatform platform, ScorecardStyle? style = null) =>
        await new ScorecardPdf(printer).WriteAsync(await platform.ComposeAsync(), file.Path, style, Cancellation);

    private async Task NothingLeavesThePaperAsync()
    {
        var boxes = await PdfTool.RunAsync("pdftotext", ["-bbox", file.Path, "-"], Cancellation);
        var words = Regex.Matches(boxes, @"<word xMin=""([\d.-]+)"" yMin=""[\d.-]+"" xMax=""([\d.-]+)"" yMax=""[\d.-]+"">(.*?)</word>");

        words.Count.ShouldBeGreaterThan(100);
        words.Where(word => Number(word, 1) < LeftMargin || Number(word, 2) > A4Width - LeftMargin)
            .Select(word => word.Value)
            .ShouldBeEmpty();
    }

    /// <summary>16 mm less a hair, in points.</summary>
    private const double LeftMargin = 44.5;

    private const double A4Width = 595.9;

    /// <summary>One browser for all tests of this class.</summary>
    public sealed class WarmPrinter : IAsyncDisposable
    {
        public PdfPrinter Printer { get; } = new();

        public ValueTask DisposeAsync() => Printer.DisposeAsync();
    }

    private static double Number(Match word, int group) => double.Parse(word.Groups[group].Value, CultureInfo.InvariantCulture);
}
