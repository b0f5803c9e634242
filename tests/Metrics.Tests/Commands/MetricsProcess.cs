using System.Diagnostics;

namespace Metrics.Tests.Commands;

/// <summary>The real program, as a process of its own.</summary>
internal static class MetricsProcess
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Metrics.Server.dll");

    public static Process Start(string dataFolder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Program, .. arguments]) start.ArgumentList.Add(argument);
        start.Environment["METRICS_DATA"] = dataFolder;
        start.Environment.Remove("METRICS_NOW");
        start.Environment.Remove("ConnectionStrings__Metrics");
        return Process.Start(start)!;
    }

    public static async Task<(int Code, string Output, string Errors)> RunAsync(string dataFolder, params string[] arguments)
    {
        using var process = Start(dataFolder, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
