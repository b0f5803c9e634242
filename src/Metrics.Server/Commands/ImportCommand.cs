using System.CommandLine;
using Metrics.Kpis;
using Metrics.Server.Hosting;
using Metrics.Sources;

namespace Metrics.Server.Commands;

/// <summary><c>metrics import SOURCE PATH…</c></summary>
internal static class ImportCommand
{
    private const int RejectionsShown = 10;

    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = $"one of {string.Join(", ", Product.Sources.Select(s => s.Name))}" };
        var paths = new Argument<string[]>("path") { Description = "files and folders in the source's own format", Arity = ArgumentArity.OneOrMore };
        var connection = new Option<string>("--connection")
        {
            Description = "the instance of the system that the records are of, as named in sources.yaml: part of their key",
            DefaultValueFactory = _ => "",
            HelpName = "NAME",
        };
        var later = new Option<bool>("--no-wait") { Description = "return before the KPIs are computed; the service or the next command does it" };
        var command = new Command(
            "import",
            "Imports files and folders in a source's own format. Importing the same records again changes nothing.\n\n" +
            string.Join('\n', Product.Sources.Select(s => $"{s.Name}: {s.Description}")) +
            "\n\nExample:\n  metrics import canonical ./records\n  metrics import dbt ./target")
        { source, paths, connection, later };
        command.SetAction(async (call, cancellation) =>
        {
            var name = call.GetRequiredValue(source);
            var reader = Product.Sources.FirstOrDefault(s => s.Name == name)
                ?? throw new UsageException($"There is no source \"{name}\"; there are {string.Join(", ", Product.Sources.Select(s => s.Name))}.");
            _ = reader.Fetch(call.GetRequiredValue(paths)).FirstOrDefault();
            var through = Product.ConnectionOf(Product.Connections(CommandLine.SettingsOf(call)), reader, call.GetRequiredValue(connection));
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var outcomes = await RunAsync(product, through, call.GetRequiredValue(paths), cancellation);
            Report(outcomes);
            if (!call.GetValue(later) && !product.IsTimeTravel) await RefreshAsync(product, cancellation);
            return outcomes.Exists(o => o.Refused is not null) ? CommandLine.Failed : 0;
        });
        return command;
    }

    public static Task<List<ImportOutcome>> RunAsync(
        Product product, SourceConnection connection, IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var source = connection.Source;
        var payloads = source.Fetch(paths).Where(p => p.Skipped is null).ToList();
        var all = Math.Max(1, payloads.Sum(p => p.Length));
        var done = 0L;
        return Terminal.StepAsync($"Importing {source.Name}", async report =>
        {
            var outcomes = new List<ImportOutcome>();
            var lengths = payloads.ToDictionary(p => p.Name, p => p.Length);
            await foreach (var outcome in product.Importer.ImportAsync(connection, paths, cancellation: cancellation))
            {
                outcomes.Add(outcome);
                done += lengths.GetValueOrDefault(outcome.Name);
                report((double)done / all, Path.GetFileName(outcome.Name));
            }

            return outcomes;
        });
    }

    public static Task<int> RefreshAsync(Product product, CancellationToken cancellation) =>
        Terminal.StepAsync("Computing KPIs", report => product.Worker.RefreshAsync(
            new Reporter(p => report((double)p.Done / p.Of, p.Kpi)), cancellation));

    /// <summary>A line for each payload on stdout; what was left out, refused and rejected on stderr.</summary>
    public static void Report(IEnumerable<ImportOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            if (outcome.Refused is not null) Terminal.Say($"REFUSED  {outcome.Refused}");
            else if (outcome.Skipped is not null) Terminal.Say($"skipped  {outcome.Name}: {outcome.Skipped}");
            if (outcome.Report is not { } report) continue;
            Console.WriteLine(
                $"{outcome.Name}: {report.New} new, {report.Changed} changed, {report.Same} same, {report.Rejected} rejected (batch {report.Batch})");
            foreach (var remark in report.Remarks) Console.WriteLine($"  {remark}");
            foreach (var rejected in report.Rejections.Take(RejectionsShown)) Terminal.Say($"rejected {rejected.Place}: {rejected.Reason}");
            if (report.Rejected > RejectionsShown)
                Terminal.Say($"rejected {report.Rejected - RejectionsShown} more of {outcome.Name}; all are in the table ingest.rejected, batch {report.Batch}");
        }
    }

    private sealed class Reporter(Action<RefreshProgress> report) : IProgress<RefreshProgress>
    {
        public void Report(RefreshProgress value) => report(value);
    }
}
