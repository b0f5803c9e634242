using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Printing;
using Metrics.Server.Hosting;

namespace Metrics.Server.Commands;

/// <summary>Writes a scorecard of what is known now.</summary>
internal static class ScorecardFile
{
    public static async Task<bool> WriteAsync(Product product, Settings settings, Period period, string file, CancellationToken cancellation)
    {
        var style = new ScorecardStyle
        {
            Culture = product.Reporting.Culture,
            Currency = product.Reporting.Currency,
            Paper = Enum.TryParse<Paper>(settings["Reporting:Paper"], ignoreCase: true, out var paper)
                ? paper
                : throw new SettingsException($"Reporting:Paper is \"{settings["Reporting:Paper"]}\"; allowed are A4, Letter."),
        };
        var scorecard = await new ScorecardComposer(product.Evaluator).ComposeAsync(
            new ScorecardRequest(period, product.Clock.GetUtcNow()), cancellation);
        await using var printer = new PdfPrinter();
        await new ScorecardPdf(printer).WriteAsync(scorecard, file, style, cancellation);
        return true;
    }
}
