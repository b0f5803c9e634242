using System.CommandLine;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Server.Demo;
using Metrics.Server.Hosting;
using Metrics.Sources;
using Metrics.Sources.Canonical;
using Metrics.Sources.Dbt;

namespace Metrics.Server.Commands;

/// <summary><c>metrics demo</c>: two years of a company's records through the real sources.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "exit after the scorecard has been written, do not serve" };
        var command = new Command(
            "demo",
            "Two years of a demo company's records: imported through the real sources, computed, written as a scorecard PDF, served. " +
            "It has a data folder of its own and can be run again.\n\nExample:\n  metrics demo\n  metrics demo --once")
        { once };
        command.SetAction(async (call, cancellation) =>
        {
            var settings = CommandLine.SettingsOf(call);
            var clock = CommandLine.ClockOf(call);
            var folder = Path.Combine(CommandLine.DataFolderOf(call), "demo");
            await using var product = await Terminal.StepAsync(
                "Starting PostgreSQL", _ => Product.OpenAsync(settings, folder, clock, cancellation));
            await FeedAsync(product, folder, cancellation);

            var period = LastFullQuarter(product);
            var file = Path.Combine(ServeCommand.Output, $"scorecard-{period.Text}.pdf");
            await Terminal.StepAsync("Writing the scorecard", _ => ScorecardFile.WriteAsync(product, settings, period, file, cancellation));
            Terminal.Screen.Write(KpiTable.Of(
                await KpiOverview.RowsAsync(product.Evaluator, period, wait: true, cancellation),
                new KpiRequest(period) { By = [Dimension.Tier] }, product.Reporting, Terminal.Screen.Profile.Width));
            Console.WriteLine($"Scorecard of {period.Text}: {file}");
            Console.WriteLine($"Ask it anything: ./metrics kpi --data {folder} --period {period.Text} --by team");
            if (!call.GetValue(once)) await ServeCommand.RunAsync(product, settings, cancellation);
            return 0;
        });
        return command;
    }

    private static async Task FeedAsync(Product product, string folder, CancellationToken cancellation)
    {
        var folders = await Terminal.StepAsync("Making the demo company", report => Task.Run(
            () => DemoCompany.Write(Folders.Seed, Path.Combine(folder, "records"), product.Clock.GetUtcNow(), progress: new Reporter(report)),
            cancellation));
        foreach (var (source, path) in new (ISource, string)[] { (new CanonicalSource(), folders.Canonical), (new DbtSource(), folders.Dbt) })
        {
            var outcomes = await ImportCommand.RunAsync(product, SourceConnection.Bare(source), [path], cancellation);
            Terminal.Say(string.Create(product.Reporting.Culture,
                $"{outcomes.Count} files, {outcomes.Sum(o => o.Report?.New ?? 0):N0} new records, {outcomes.Sum(o => o.Report?.Rejected ?? 0)} rejected"));
        }

        await ImportCommand.RefreshAsync(product, cancellation);
    }

    private static Period LastFullQuarter(Product product) => Period.Containing(
        product.Reporting.Calendar.DayOf(product.Clock.GetUtcNow()), Grain.Quarter, product.Reporting.Calendar).Previous;

    private sealed class Reporter(Action<double, string?> report) : IProgress<DemoProgress>
    {
        public void Report(DemoProgress value) => report(value.Share, value.Doing);
    }
}
