using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Editions;
using Metrics.Server.Hosting;

namespace Metrics.Server.Commands;

/// <summary>Scorecards as the settings want them.</summary>
internal static class ScorecardFile
{
    /// <summary>Writes a scorecard of what is known now.</summary>
    public static async Task<bool> WriteAsync(Product product, Settings settings, Period period, string file, CancellationToken cancellation)
    {
        var scorecard = await new ScorecardComposer(product.Evaluator).ComposeAsync(
            new ScorecardRequest(period, product.Clock.GetUtcNow()) { DataCut = await LastBatchAsync(product, cancellation) }, cancellation);
        await new ScorecardPdf(product.Printer).WriteAsync(scorecard, file, Style(product.Reporting, settings), cancellation);
        return true;
    }

    /// <exception cref="SettingsException">A setting is not allowed.</exception>
    public static ScorecardDesk Desk(Product product, Settings settings) => new(product.Database, product.Evaluator, product.Clock)
    {
        TwoPeople = TwoPeople(settings),
        Style = Style(product.Reporting, settings),
    };

    public static bool TwoPeople(Settings settings) => settings.Flag("Scorecards:TwoPeople");

    public static ScorecardStyle Style(ReportingSettings reporting, Settings settings) => new()
    {
        Culture = reporting.Culture,
        Currency = reporting.Currency,
        Paper = Enum.TryParse<Paper>(settings["Reporting:Paper"], ignoreCase: true, out var paper)
            ? paper
            : throw new SettingsException($"Reporting:Paper is \"{settings["Reporting:Paper"]}\"; allowed are A4, Letter."),
    };

    private static async Task<long?> LastBatchAsync(Product product, CancellationToken cancellation)
    {
        await using var last = product.Database.CreateCommand("select max(batch) from ingest.batch where state = 'committed'");
        return await last.ExecuteScalarAsync(cancellation) as long?;
    }
}
