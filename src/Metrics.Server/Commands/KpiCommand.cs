using System.CommandLine;
using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Model.Facts;
using Metrics.Server.Hosting;

namespace Metrics.Server.Commands;

/// <summary><c>metrics kpi</c>: values and the records behind them.</summary>
internal static class KpiCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("id") { Description = "KPI ids; all that are not companions by default", Arity = ArgumentArity.ZeroOrMore };
        var period = new Option<string>("--period") { Description = "2026-Q3, 2026-07, 2026-W31, 2026, 2026-07-01 or 2026-07-01/2026-09-16 (end excluded); the current quarter by default", HelpName = "PERIOD" };
        var grain = new Option<string?>("--grain") { Description = "buckets of the period: day, week, month, quarter, year", HelpName = "GRAIN" };
        var by = new Option<string[]>("--by") { Description = $"breakdown, separated by commas: {string.Join(", ", Names<Dimension>())}", HelpName = "DIMENSION" };
        var where = new Option<string[]>("--where") { Description = "only this value of a dimension, as tier=0 or team=sales; \"team=\" is Unassigned", HelpName = "DIM=VALUE" };
        var format = new Option<string>("--format") { Description = "table, json or csv", DefaultValueFactory = _ => "table", HelpName = "FORMAT" };
        var evidence = new Option<bool>("--evidence") { Description = "the records behind the values, those left out included" };
        var explain = new Option<bool>("--explain") { Description = "everything behind one value: definition, SQL, sums, what was left out, targets, records, age of the facts" };
        var command = new Command(
            "kpi",
            "Computes KPIs over a period.\n\nExample:\n  metrics kpi --period 2026-Q2 --by tier\n" +
            "  metrics kpi freshness_adherence --period 2026 --grain month --by team --format csv\n" +
            "  metrics kpi mttr_sev1 --period 2026-Q2 --evidence\n  metrics kpi mttr_sev1 --period 2026-Q2 --where tier=0 --explain")
        {
            ids, period, grain, by, where, format, evidence, explain, KpiCheckCommand.Create(), KpiHistoryCommand.Create(), KpiBacktestCommand.Create(),
        };
        command.SetAction(async (call, cancellation) =>
        {
            var output = KpiOutput.Of(call.GetValue(format)!);
            var settings = CommandLine.SettingsOf(call);
            var request = new KpiRequest(PeriodOf(call.GetValue(period), settings.Reporting().Calendar, CommandLine.ClockOf(call)))
            {
                Kpis = call.GetValue(ids) ?? [],
                Grain = call.GetValue(grain) is { } text ? Word<Grain>(text, "--grain") : null,
                By = [.. (call.GetValue(by) ?? []).SelectMany(b => b.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(b => Word<Dimension>(b, "--by")).Distinct()],
                Where = (call.GetValue(where) ?? []).Select(Condition).ToDictionary(c => c.Dimension, c => c.Value),
            };
            if (call.GetValue(explain) && request.Kpis.Count != 1) throw new UsageException("--explain explains one value; name one KPI.");
            var library = KpiLibrary.Load(Product.KpiFolder(settings), settings.Reporting());
            foreach (var id in request.Kpis) _ = library[id];

            await using var product = await Product.OpenAsync(settings, CommandLine.DataFolderOf(call), CommandLine.ClockOf(call), cancellation, library);
            if (!product.IsTimeTravel) await product.Worker.RefreshAsync(cancellation: cancellation);
            if (call.GetValue(explain))
            {
                await using var view = await product.Evaluator.ViewAsync(cancellation);
                output.WriteExplanation(await view.ExplainAsync(request.Kpis[0], request.Period, request.Where, cancellation: cancellation), product.Reporting);
            }
            else if (call.GetValue(evidence)) await WriteEvidenceAsync(product.Evaluator, request, output, cancellation);
            else output.Write(await product.Evaluator.EvaluateAsync(request, cancellation), request, product.Reporting);
            return 0;
        });
        return command;
    }

    /// <exception cref="UsageException">The period cannot be read.</exception>
    public static Period PeriodOf(string? text, ReportingCalendar calendar, TimeProvider clock)
    {
        if (text is null) return Period.Containing(calendar.DayOf(clock.GetUtcNow()), Grain.Quarter, calendar);
        return Period.TryParse(text, calendar, out var period, out var error) ? period : throw new UsageException(error);
    }

    private static async Task WriteEvidenceAsync(KpiEvaluator evaluator, KpiRequest request, KpiOutput output, CancellationToken cancellation)
    {
        var rows = new List<(string Kpi, Observation Observation)>();
        var ids = request.Kpis.Count > 0 ? request.Kpis : [.. evaluator.Definitions
            .Where(d => !d.Companion && d.Grains.Contains(request.Period.Grain ?? Grain.Day) && request.Where.Keys.All(d.Dimensions.Contains))
            .Select(d => d.Id)];
        foreach (var id in ids)
            rows.AddRange((await evaluator.EvidenceAsync(id, request.Period, request.Where, cancellation)).Select(o => (id, o)));
        output.WriteEvidence(rows, request.Period);
    }

    /// <exception cref="UsageException">It is no dimension and value.</exception>
    public static (Dimension Dimension, string? Value) Condition(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        if (at < 0) throw new UsageException($"--where \"{text}\" has no \"=\"; write --where tier=0.");
        return (Word<Dimension>(text[..at], "--where"), at + 1 == text.Length ? null : text[(at + 1)..]);
    }

    private static T Word<T>(string text, string option) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (FactSchema.SnakeCase(value.ToString()).Equals(text, StringComparison.OrdinalIgnoreCase) || value.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
                return value;
        throw new UsageException($"{option} \"{text}\" is not known; allowed are {string.Join(", ", Names<T>())}.");
    }

    private static IEnumerable<string> Names<T>() where T : struct, Enum => Enum.GetNames<T>().Select(FactSchema.SnakeCase);
}
