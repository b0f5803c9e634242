using System.CommandLine;
using Metrics.Server.Hosting;
using Metrics.Server.Web;

namespace Metrics.Server.Commands;

/// <summary><c>metrics serve</c></summary>
internal static class ServeCommand
{
    /// <summary>Where scorecards are written when nothing else is said, beside where the command was called.</summary>
    public const string Output = "out";

    public static Command Create()
    {
        var command = new Command(
            "serve",
            "Runs the service: the KPI table, the scorecards that have been written, and /health. Ctrl-C stops it." +
            "\n\nExample:\n  metrics serve\n  metrics serve --set Urls=http://127.0.0.1:9000");
        command.SetAction(async (call, cancellation) =>
        {
            var settings = CommandLine.SettingsOf(call);
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            await RunAsync(product, settings, cancellation);
            return 0;
        });
        return command;
    }

    public static async Task RunAsync(Product product, Settings settings, CancellationToken cancellation)
    {
        await using var app = WebHost.Build(product, settings, Output);
        await app.StartAsync(cancellation);
        Console.WriteLine($"Serving {string.Join(", ", app.Urls)} ({product.ServerName}). Ctrl-C stops.");
        try
        {
            await app.WaitForShutdownAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
