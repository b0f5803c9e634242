using System.CommandLine;
using Metrics.Kpis.Definitions;

namespace Metrics.Server.Commands;

/// <summary><c>metrics kpi history</c>: the versions of a definition.</summary>
internal static class KpiHistoryCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("kpi") { Description = "a KPI id" };
        var show = new Option<string?>("--show") { Description = "print the file of one version", HelpName = "VERSION" };
        var command = new Command(
            "history",
            "The versions of a definition that have computed values here, latest first, and what each changed.\n\n" +
            "Example:\n  metrics kpi history mttr_sev1\n  metrics kpi history mttr_sev1 --show 3f9a1c")
        { id, show };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var kpi = product.Library[call.GetRequiredValue(id)].Id;
            var versions = await new DefinitionHistory(product.Database).OfAsync(kpi, cancellation);
            if (call.GetValue(show) is { } wanted)
            {
                var version = versions.FirstOrDefault(v => v.Hash.StartsWith(wanted, StringComparison.OrdinalIgnoreCase))
                    ?? throw new UsageException($"--show \"{wanted}\": {kpi} has no such version; it has {string.Join(", ", versions.Select(v => v.Hash[..12]))}.");
                Console.WriteLine(version.Text);
                return 0;
            }

            for (var i = 0; i < versions.Count; i++)
            {
                Console.WriteLine($"{versions[i].Hash[..12]}  since {Terminal.Moment(versions[i].Since)} UTC{(i == versions.Count - 1 ? "  (first)" : "")}");
                if (i + 1 < versions.Count)
                    foreach (var line in LineDiff.Of(versions[i + 1].Text, versions[i].Text)) Console.WriteLine($"    {line}");
            }

            if (versions.Count == 0) Terminal.Say($"{kpi} has computed nothing here yet.");
            return 0;
        });
        return command;
    }
}
