using System.CommandLine;
using System.Globalization;
using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Server.Hosting;

namespace Metrics.Server.Commands;

/// <summary><c>metrics kpi check</c>: for the author of a KPI file.</summary>
internal static class KpiCheckCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("kpi") { Description = "KPI ids; all by default", Arity = ArgumentArity.ZeroOrMore };
        var quick = new Option<bool>("--files-only") { Description = "read the files, do not run them" };
        var command = new Command(
            "check",
            "Checks every KPI file and runs each against the database, as a login that can only read and within a time limit. " +
            "All faults at once, with file and line.\n\nExample:\n  metrics kpi check\n  metrics kpi check my_new_kpi")
        { ids, quick };
        command.SetAction(async (call, cancellation) =>
        {
            var settings = CommandLine.SettingsOf(call);
            var library = KpiLibrary.Load(Product.KpiFolder(settings), settings.Reporting());
            var wanted = call.GetValue(ids) is { Length: > 0 } named ? [.. named.Select(id => library[id])] : library.Definitions;
            if (call.GetValue(quick))
            {
                Console.WriteLine($"{wanted.Count} KPI files are in order.");
                return 0;
            }

            await using var product = await Product.OpenAsync(settings, CommandLine.DataFolderOf(call), CommandLine.ClockOf(call), cancellation, library);
            var probe = new KpiProbe(product.Database, product.Reader, product.Reporting, product.Clock);
            var faulty = 0;
            foreach (var definition in wanted)
            {
                var trial = await probe.TryAsync(definition, cancellation);
                if (trial.Faults.Count > 0) faulty++;
                foreach (var fault in trial.Faults) await Console.Error.WriteLineAsync(fault.ToString());
                if (trial.Faults.Count == 0) Print(trial);
            }

            Console.WriteLine($"{wanted.Count - faulty} of {wanted.Count} KPI files are in order.");
            return faulty == 0 ? 0 : CommandLine.Failed;
        });
        return command;
    }

    private static void Print(KpiTrial trial)
    {
        Console.WriteLine($"{trial.Definition.Id} ({trial.Definition.Hash[..12]})");
        foreach (var observation in trial.Sample)
        {
            var figure = observation.Value is { } value
                ? value.ToString("0.####", CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{observation.Numerator:0.####}/{observation.Denominator:0.####}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {observation.At:yyyy-MM-dd HH:mm}  {figure,-16} {observation.Record?.Fact} {observation.Record?.Key} {(observation.Excluded is null ? "" : $"[left out: {observation.Excluded}]")}").TrimEnd());
        }

        if (trial.Definition.MinGroup > 0) Console.WriteLine("  about people: no observation is shown");
        else if (trial.Sample.Count == 0) Console.WriteLine("  no observations in the last 92 days");
    }
}
