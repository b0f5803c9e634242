using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Server.Hosting;
using Spectre.Console;

namespace Metrics.Server.Commands;

/// <summary><c>metrics kpi backtest</c>: a definition tried on the past before it is adopted.</summary>
internal static class KpiBacktestCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("kpi") { Description = "a KPI id" };
        var against = new Option<string>("--against") { Description = "the file of the other definition", Required = true, HelpName = "FILE" };
        var period = new Option<string?>("--period") { Description = "the last quarter shown; the current one by default", HelpName = "QUARTER" };
        var format = new Option<string>("--format") { Description = "table or json", DefaultValueFactory = _ => "table", HelpName = "FORMAT" };
        var command = new Command(
            "backtest",
            $"The last {Backtest.Quarters} quarters under the definition in force and under another, side by side, from the same facts. Nothing is adopted.\n\n" +
            "Example:\n  metrics kpi backtest mttr_sev1 --against ./mttr_sev1.new.sql")
        { id, against, period, format };
        command.SetAction(async (call, cancellation) =>
        {
            if (call.GetRequiredValue(format) is not ("table" or "json") and var other)
                throw new UsageException($"--format \"{other}\" is not known; allowed are table, json.");
            var settings = CommandLine.SettingsOf(call);
            var library = KpiLibrary.Load(Product.KpiFolder(settings), settings.Reporting());
            var path = call.GetRequiredValue(against);
            var kpi = library[call.GetRequiredValue(id)].Id;
            var candidate = library.With(kpi, path, await File.ReadAllTextAsync(path, cancellation));
            var last = KpiCommand.PeriodOf(call.GetValue(period), settings.Reporting().Calendar, CommandLine.ClockOf(call));
            if (last.Grain != Grain.Quarter) throw new UsageException($"--period \"{last.Text}\" is not a quarter; write 2026-Q2.");

            await using var product = await Product.OpenAsync(settings, CommandLine.DataFolderOf(call), CommandLine.ClockOf(call), cancellation, library);
            if (!product.IsTimeTravel) await product.Worker.RefreshAsync(cancellation: cancellation);
            var rows = await Backtest.RunAsync(
                product.Evaluator, new KpiEvaluator(product.Database, product.Reader, candidate, product.Reporting, product.Clock), kpi, last, cancellation);
            if (call.GetRequiredValue(format) == "json") PrintJson(kpi, rows);
            else PrintTable(rows, library[kpi], candidate[kpi], product.Reporting);
            return 0;
        });
        return command;
    }

    private static void PrintTable(IReadOnlyList<BacktestRow> rows, KpiDefinition inForce, KpiDefinition candidate, ReportingSettings settings)
    {
        var format = new NumberFormat(settings.Culture);
        Terminal.Screen.WriteLine($"{inForce.Name}: in force {inForce.Hash[..12]}, candidate {candidate.Hash[..12]}");
        var table = Terminal.Table("Quarter", "Tier", "In force", "Status", "n", "Candidate", "Status", "n", "Difference");
        foreach (var column in (int[])[2, 4, 5, 7, 8]) table.Columns[column].Alignment = Justify.Right;
        foreach (var row in rows)
            table.AddTexts(
                row.Period.Text + ((row.InForce ?? row.Candidate)!.Partial ? " (partial)" : ""), row.IsTotal ? "All" : TierLabel.Of(row.Tier),
                Value(row.InForce), Status(row.InForce), Count(row.InForce), Value(row.Candidate), Status(row.Candidate), Count(row.Candidate),
                format.FormatChange(row.Difference, candidate.Unit, settings.Currency));
        Terminal.Screen.Write(table);

        string Value(KpiRow? row) => format.Format(row?.Value, row?.Kpi.Unit ?? candidate.Unit, settings.Currency, row?.Target);
        string Status(KpiRow? row) => row is null ? "" : $"{row.Status.Shape} {row.Status.Word}";
        string Count(KpiRow? row) => row?.N.ToString("N0", settings.Culture) ?? "";
    }

    private static void PrintJson(string kpi, IReadOnlyList<BacktestRow> rows) =>
        Console.WriteLine(new JsonArray([.. rows.Select(row => new JsonObject
        {
            ["kpi"] = kpi,
            ["period"] = row.Period.Text,
            ["periodStart"] = row.Period.Start.ToString("O", CultureInfo.InvariantCulture),
            ["total"] = row.IsTotal,
            ["tier"] = row.Tier,
            ["inForce"] = row.InForce?.Value,
            ["inForceN"] = row.InForce?.N,
            ["inForceStatus"] = row.InForce?.Status.Spelling,
            ["candidate"] = row.Candidate?.Value,
            ["candidateN"] = row.Candidate?.N,
            ["candidateStatus"] = row.Candidate?.Status.Spelling,
            ["difference"] = row.Difference,
        })]).ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }));
}
