using System.ComponentModel;
using System.Diagnostics;

namespace Metrics.Benchmarks;

/// <summary>The servers from npm, installed once into the build's output; never into the source tree.</summary>
internal static class PeerFolder
{
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(3);

    /// <summary>The folder with everything installed, or null and why not.</summary>
    /// <param name="name">The folder below that of the peers; empty for it itself.</param>
    public static async Task<(string? Folder, string? Why)> PrepareAsync(string name, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "peers", name);
        var installed = Path.Combine(folder, "node_modules", ".package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
            return (folder, null);
        try
        {
            var (code, _, error) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder, "", InstallTimeout, cancellationToken);
            return code == 0 ? (folder, null) : (null, $"npm ci failed: {error.Trim()}");
        }
        catch (Win32Exception)
        {
            return (null, "npm is not here.");
        }
        catch (TimeoutException e)
        {
            return (null, e.Message);
        }
    }

    /// <summary>Runs a program to its end, or stops it.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(
        string file, IEnumerable<string> arguments, string folder, string input, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(atMost);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), bound.Token);
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(bound.Token);
            var output = await process.StandardOutput.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return (process.ExitCode, output, await error);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{file} did not end within {atMost.TotalSeconds:0} s.", e);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
