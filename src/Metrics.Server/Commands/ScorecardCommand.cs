using System.CommandLine;

namespace Metrics.Server.Commands;

/// <summary><c>metrics scorecard</c></summary>
internal static class ScorecardCommand
{
    public static Command Create()
    {
        var period = new Option<string>("--period") { Description = "2026-Q3, 2026-07 …; the current quarter by default", HelpName = "PERIOD" };
        var file = new Option<string?>("--out") { Description = "the PDF to write", HelpName = "FILE.pdf" };
        var command = new Command(
            "scorecard",
            "Writes the scorecard of a period as a PDF of what is known now. It is read back and checked before it is written.\n" +
            "One that stands is drafted, reviewed and published with the commands below.\n\n" +
            "Example:\n  metrics scorecard --period 2026-Q3 --out scorecard-2026-Q3.pdf\n" +
            "  metrics scorecard draft --period 2026-Q3 --by ana\n  metrics scorecard review 1 --by ana\n  metrics scorecard publish 1 --by ben")
        { period, file };
        foreach (var part in ScorecardLife.Commands().Concat(ScorecardArchive.Commands())) command.Subcommands.Add(part);
        command.SetAction(async (call, cancellation) =>
        {
            var target = call.GetValue(file) ?? throw new UsageException("Option '--out' is required: the PDF to write.");
            var settings = CommandLine.SettingsOf(call);
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var chosen = KpiCommand.PeriodOf(call.GetValue(period), product.Reporting.Calendar, product.Clock);
            if (!product.IsTimeTravel) await product.Worker.RefreshAsync(cancellation: cancellation);
            await Terminal.StepAsync("Writing the scorecard", _ => ScorecardFile.WriteAsync(product, settings, chosen, target, cancellation));
            Console.WriteLine(target);
            return 0;
        });
        return command;
    }
}
