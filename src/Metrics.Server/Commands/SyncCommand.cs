using System.CommandLine;
using Metrics.Server.Hosting;
using Metrics.Sources;
using Metrics.Sync;

namespace Metrics.Server.Commands;

/// <summary><c>metrics sync [SOURCE[/CONNECTION]…]</c></summary>
internal static class SyncCommand
{
    public static Command Create()
    {
        var which = ConnectionArgument.Create("pull these; all that have a schedule if none is named");
        var sweep = new Option<bool>("--sweep") { Description = "also list what exists, and mark records that were deleted over there" };
        var later = new Option<bool>("--no-wait") { Description = "return before the KPIs are computed; the service or the next command does it" };
        var command = new Command(
            "sync",
            "Pulls now from the APIs configured in sources.yaml, from where the last pull ended, and computes what changed.\n\n" +
            "Example:\n  metrics sync\n  metrics sync github/main --sweep")
        { which, sweep, later };
        command.SetAction(async (call, cancellation) =>
        {
            var named = call.GetValue(which) ?? [];
            var chosen = ConnectionArgument.Choose(Product.Connections(CommandLine.SettingsOf(call)), named)
                .Where(c => c.Connection.Source is IPullSource && (named.Length > 0 || c.Schedule is not null)).ToList();
            if (chosen.Count == 0)
                throw new UsageException(
                    $"No {(named.Length > 0 ? "such connection is pulled" : "connection in sources.yaml has a schedule; name the one to pull")}. " +
                    "\"metrics sources list\" shows them, docs/platform-engineer.md how one is configured.");
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var reports = new List<SyncReport>();
            foreach (var configured in chosen)
            {
                reports.Add(await Terminal.StepAsync($"Pulling {configured.Title}", report => product.Sync.PullAsync(configured, at => report(0, at), cancellation)));
                if (call.GetValue(sweep) && configured.Connection.Source is ISweepSource && reports[^1].Error is null)
                    reports.Add(await Terminal.StepAsync($"Sweeping {configured.Title}", report => product.Sync.SweepAsync(configured, at => report(0, at), cancellation)));
            }

            foreach (var report in reports) Print(report);
            if (!call.GetValue(later) && !product.IsTimeTravel) await ImportCommand.RefreshAsync(product, cancellation);
            return reports.Exists(r => r.Error is not null) ? CommandLine.Failed : 0;
        });
        return command;
    }

    private static void Print(SyncReport report)
    {
        if (report.IsBusy) Terminal.Say($"{report.Title}: another process is at it; nothing was done here.");
        else Console.WriteLine($"{report.Title}: {report.Pages} pages, {report.New} new, {report.Changed} changed, {report.Same} same, {report.Rejected} rejected");
        if (report.Error is not null) Terminal.Say($"{(report.IsTerminal ? "FAILED" : "STOPPED")}  {report.Title}: {report.Error}");
    }
}

/// <summary>The names of connections on the command line: <c>github</c> for all of a source, <c>github/main</c> for one.</summary>
internal static class ConnectionArgument
{
    public static Argument<string[]> Create(string meaning) => new("connection") { Description = $"SOURCE or SOURCE/NAME: {meaning}", Arity = ArgumentArity.ZeroOrMore };

    /// <exception cref="UsageException">A name is no connection's.</exception>
    public static IReadOnlyList<ConfiguredConnection> Choose(IReadOnlyList<ConfiguredConnection> connections, IReadOnlyList<string> names)
    {
        foreach (var name in names.Where(n => !connections.Any(c => Is(c, n))))
            throw new UsageException(
                $"There is no connection \"{name}\" in sources.yaml; there {(connections.Count == 0 ? "is none" : "are " + string.Join(", ", connections.Select(c => c.Title)))}.");
        return [.. connections.Where(c => names.Count == 0 || names.Any(n => Is(c, n)))];
    }

    private static bool Is(ConfiguredConnection connection, string name) => connection.Title == name || connection.Connection.Source.Name == name;
}
