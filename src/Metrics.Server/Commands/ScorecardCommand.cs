using System.CommandLine;

namespace Metrics.Server.Commands;

/// <summary><c>metrics scorecard</c></summary>
internal static class ScorecardCommand
{
    public static Command Create()
    {
        var period = new Option<string>("--period") { Description = "2026-Q3, 2026-07 …; the current quarter by default", HelpName = "PERIOD" };
        var file = new Option<string>("--out") { Description = "the PDF to write", Required = true, HelpName = "FILE.pdf" };
        var command = new Command(
            "scorecard",
            "Writes the scorecard of a period as a PDF. It is read back and checked before it is written.\n\n" +
            "Example:\n  metrics scorecard --period 2026-Q3 --out scorecard-2026-Q3.pdf")
        { period, file };
        command.SetAction(async (call, cancellation) =>
        {
            var settings = CommandLine.SettingsOf(call);
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var chosen = KpiCommand.PeriodOf(call.GetValue(period), product.Reporting.Calendar, product.Clock);
            if (!product.IsTimeTravel) await product.Worker.RefreshAsync(cancellation: cancellation);
            var target = call.GetRequiredValue(file);
            await Terminal.StepAsync("Writing the scorecard", _ => ScorecardFile.WriteAsync(product, settings, chosen, target, cancellation));
            Console.WriteLine(target);
            return 0;
        });
        return command;
    }
}
