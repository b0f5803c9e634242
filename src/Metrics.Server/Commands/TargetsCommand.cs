using System.CommandLine;
using System.Globalization;
using Metrics.Kpis.Definitions;
using Metrics.Kpis.Targets;
using Metrics.Server.Hosting;

namespace Metrics.Server.Commands;

/// <summary><c>metrics targets</c>: the organisation's own targets, kept in a file under version control.</summary>
internal static class TargetsCommand
{
    public static Command Create() => new(
        "targets",
        "What KPIs should reach. The defaults stand in the KPI files; an organisation sets its own in a file.\n\n" +
        "Example:\n  metrics targets list\n  metrics targets apply targets.yaml --dry-run\n  metrics targets history freshness_adherence")
    { List(), Apply(), History() };

    private static Command Apply()
    {
        var options = new ApplyOptions("targets.yaml");
        var approved = new Option<string?>("--approved-by") { Description = "the second person, where the organisation wants one (Targets:TwoPeople)", HelpName = "NAME" };
        var command = new Command(
            "apply",
            "Makes the targets of a file the ones in force and says what that has changed. What the file no longer names ends; the history stays.\n\n" +
            "Example:\n  metrics targets apply targets.yaml --reason \"review of Q3\"\n  metrics targets apply targets.yaml --check")
        { options.File, options.Check, options.DryRun, options.By, approved, options.Reason };
        command.SetAction(async (call, cancellation) =>
        {
            var settings = CommandLine.SettingsOf(call);
            var library = KpiLibrary.Load(Product.KpiFolder(settings), settings.Reporting());
            var path = call.GetRequiredValue(options.File);
            var wanted = TargetFile.Read(path, await File.ReadAllTextAsync(path, cancellation), library);
            if (call.GetValue(options.Check))
            {
                Console.WriteLine($"{path} is in order: {Targets(wanted.Count)}.");
                return 0;
            }

            await using var product = await Product.OpenAsync(settings, CommandLine.DataFolderOf(call), CommandLine.ClockOf(call), cancellation, library);
            var store = new TargetStore(product.Database, product.Clock) { TwoPeople = settings.Flag("Targets:TwoPeople") };
            var dry = call.GetValue(options.DryRun);
            var changes = dry
                ? await store.DiffAsync(wanted, cancellation)
                : await store.ApplyAsync(wanted, call.GetRequiredValue(options.By), call.GetValue(options.Reason), call.GetValue(approved), cancellation);
            foreach (var change in changes) Print(change);
            Console.WriteLine(changes.Count == 0 ? "Nothing changes: these targets are in force."
                : dry ? $"{Targets(changes.Count)} would change. Nothing was applied." : $"{Targets(changes.Count)} changed.");
            return 0;
        });
        return command;
    }

    private static void Print(TargetChange change) => Console.WriteLine((change.Before, change.After) switch
    {
        (null, { } after) => $"+ {change.Scope}: {after.Demand}",
        ({ } before, null) => $"- {change.Scope}: {before.Demand}",
        ({ } before, { } after) => $"~ {change.Scope}: {before.Demand} -> {after.Demand}",
        _ => throw new InvalidOperationException("A change has a before or an after."),
    });

    private static Command List()
    {
        var kpi = new Argument<string?>("kpi") { Description = "a KPI id; all by default", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", "The targets in force, with where each was set.\n\nExample:\n  metrics targets list\n  metrics targets list mttr_sev1") { kpi };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var wanted = call.GetValue(kpi);
            if (wanted is not null) _ = product.Library[wanted];
            var table = Terminal.Table("KPI", "For", "Target", "Stretch", "Tolerance", "From", "Set in");
            foreach (var definition in (await product.Evaluator.GovernedAsync(cancellation)).Where(d => wanted is null || d.Id == wanted))
            {
                foreach (var target in definition.Targets)
                {
                    string[] scope = [target.Tier is { } tier ? $"Tier {tier}" : "", target.Team ?? "", target.Dataset ?? ""];
                    table.AddTexts(
                        definition.Id, scope.All(s => s.Length == 0) ? "all" : string.Join(", ", scope.Where(s => s.Length > 0)), target.Value.ToString(),
                        target.Stretch?.ToString("0.####", CultureInfo.InvariantCulture) ?? "", target.Tolerance.ToString(),
                        target.ValidFrom == DateTimeOffset.MinValue ? "ever" : product.Reporting.Calendar.DayOf(target.ValidFrom).ToString("O", CultureInfo.InvariantCulture),
                        target.IsDefault ? $"{target.Origin} (default)" : target.Origin);
                }
            }

            Terminal.Screen.Write(table);
            return 0;
        });
        return command;
    }

    private static Command History()
    {
        var kpi = new Argument<string?>("kpi") { Description = "a KPI id; all by default", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("history", "Every target that was ever set, by whom, when and why; latest first.\n\nExample:\n  metrics targets history mttr_sev1") { kpi };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var records = await new TargetStore(product.Database, product.Clock).HistoryAsync(call.GetValue(kpi), cancellation);
            if (records.Count == 0)
            {
                Terminal.Say("No target was ever set here: the defaults of the KPI files are in force. \"metrics targets list\" shows them.");
                return 0;
            }

            var table = Terminal.Table("Target", "Demands", "Set", "By", "Approved by", "Why", "Ended", "By");
            foreach (var record in records)
                table.AddTexts(
                    record.Setting.Scope.ToString(), record.Setting.Demand, Terminal.Moment(record.AppliedAt), record.AppliedBy, record.ApprovedBy ?? "", record.Reason ?? "",
                    record.EndedAt is { } end ? Terminal.Moment(end) : "", record.EndedBy ?? "");
            Terminal.Screen.Write(table);
            return 0;
        });
        return command;
    }

    private static string Targets(int count) => count == 1 ? "1 target" : $"{count} targets";
}

/// <summary>What applying a file under version control takes, whatever is in it.</summary>
internal sealed class ApplyOptions(string file)
{
    public Argument<string> File { get; } = new("file") { Description = $"the file, such as {file}" };

    public Option<bool> Check { get; } = new("--check") { Description = "read the file and report its faults, all at once; touches no database (for CI)" };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "show what would change, and apply nothing" };

    public Option<string> By { get; } = new("--by")
    {
        Description = "who does it, for the history (default: the user of the operating system)",
        DefaultValueFactory = _ => Environment.UserName,
        HelpName = "NAME",
    };

    public Option<string?> Reason { get; } = new("--reason") { Description = "why, for the history", HelpName = "TEXT" };
}
