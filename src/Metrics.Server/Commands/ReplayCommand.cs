using System.CommandLine;
using System.Globalization;
using Metrics.Server.Hosting;
using Metrics.Sources;

namespace Metrics.Server.Commands;

/// <summary><c>metrics replay SOURCE[/CONNECTION]</c></summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var which = new Argument<string>("source") { Description = "SOURCE or SOURCE/CONNECTION whose landed payloads are read again" };
        var since = new Option<string?>("--since") { Description = "only what arrived from this day or moment on, as 2026-07-01", HelpName = "TIME" };
        var later = new Option<bool>("--no-wait") { Description = "return before the KPIs are computed; the service or the next command does it" };
        var command = new Command(
            "replay",
            "Maps landed payloads again, in the order in which they came: after a mapping rule or the program was mended. With the same " +
            "mapping it changes nothing.\n\nExample:\n  metrics replay dbt --since 2026-07-01\n  metrics replay github/main")
        { which, since, later };
        command.SetAction(async (call, cancellation) =>
        {
            var parts = call.GetRequiredValue(which).Split('/', 2);
            var source = Product.Sources.FirstOrDefault(s => s.Name == parts[0])
                ?? throw new UsageException($"There is no source \"{parts[0]}\"; there are {string.Join(", ", Product.Sources.Select(s => s.Name))}.");
            DateTimeOffset? from = call.GetValue(since) is not { } text ? null : OptionText.Moment(text)
                ?? throw new UsageException($"--since \"{text}\" is not a time; write it as 2026-07-01 or 2026-07-01T12:00:00Z.");
            var connections = Product.Connections(CommandLine.SettingsOf(call));
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var (payloads, added, changed, same, rejected, left) = (0, 0L, 0L, 0L, 0L, 0);
            await Terminal.StepAsync($"Replaying {call.GetRequiredValue(which)}", async report =>
            {
                await foreach (var outcome in product.Replayer.ReplayAsync(
                    source, name => Product.ConnectionOf(connections, source, name), parts.Length > 1 ? parts[1] : null, from,
                    by: Environment.UserName, cancellation: cancellation))
                {
                    payloads++;
                    report(0, outcome.Name);
                    if (outcome.Report is { } batch)
                        (added, changed, same, rejected) = (added + batch.New, changed + batch.Changed, same + batch.Same, rejected + batch.Rejected);
                    else
                        left++;
                    if (outcome.Report is null) Terminal.Say($"{(outcome.Refused is null ? "skipped" : "REFUSED")}  {outcome.Name}: {outcome.Refused ?? outcome.Skipped}");
                }

                return 0;
            });
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{payloads} payloads: {added} new, {changed} changed, {same} same, {rejected} rejected{(left > 0 ? $"; {left} could not be read" : "")}"));
            if (!call.GetValue(later) && !product.IsTimeTravel) await ImportCommand.RefreshAsync(product, cancellation);
            return 0;
        });
        return command;
    }
}
