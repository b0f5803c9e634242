using System.Text;
using System.Text.RegularExpressions;
using Metrics.Scorecards;
using Metrics.Scorecards.Printing;

namespace Metrics.Tests.Scorecards;

[Collection("Chromium")]
public sealed partial class ScorecardDeterminismTests
{
    [Fact]
    public async Task The_same_figures_give_the_same_document_to_the_byte_apart_from_its_dates()
    {
        var first = await PrintAsync();
        var second = await PrintAsync();

        var dates = Dates().Matches(first).Select(m => m.Groups[1].Value).ToList();
        dates.ShouldBe(["CreationDate", "ModDate"]);
        (Dates().Replace(second, "") == Dates().Replace(first, "")).ShouldBeTrue();
    }

    /// <summary>In a browser and from an evaluation of its own.</summary>
    private static async Task<string> PrintAsync()
    {
        await using var printer = new PdfPrinter();
        var pdf = await new ScorecardPdf(printer).PrintAsync(await new MadeUpPlatform().ComposeAsync(), cancellation: TestContext.Current.CancellationToken);
        return Encoding.Latin1.GetString(pdf);
    }

    [GeneratedRegex(@"/(CreationDate|ModDate) \(D:[^)]*\)")]
    private static partial Regex Dates();
}
