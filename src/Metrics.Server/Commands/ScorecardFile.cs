using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Server.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Metrics.Server.Commands;

/// <summary>Writes a scorecard of what is known now.</summary>
internal static class ScorecardFile
{
    public static async Task<bool> WriteAsync(Product product, Settings settings, Period period, string file, CancellationToken cancellation)
    {
        var style = StyleOf(product, settings);
        var scorecard = await new ScorecardComposer(product.Evaluator).ComposeAsync(
            new ScorecardRequest(period, product.Clock.GetUtcNow()) { DataCut = await LastBatchAsync(product, cancellation) }, cancellation);
        await new ScorecardPdf(product.Printer).WriteAsync(scorecard, file, style, cancellation);
        return true;
    }

    public static ScorecardStyle StyleOf(Product product, Settings settings) => new()
    {
        Culture = product.Reporting.Culture,
        Currency = product.Reporting.Currency,
        Paper = Enum.TryParse<Paper>(settings["Reporting:Paper"], ignoreCase: true, out var paper)
            ? paper
            : throw new SettingsException($"Reporting:Paper is \"{settings["Reporting:Paper"]}\"; allowed are A4, Letter."),
    };

    private static async Task<long?> LastBatchAsync(Product product, CancellationToken cancellation)
    {
        await using var context = product.OpenContext();
        return await context.Batches.Where(b => b.State == "committed").MaxAsync(b => (long?)b.Number, cancellation);
    }
}
