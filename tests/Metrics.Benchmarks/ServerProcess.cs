using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Metrics.Benchmarks.Load;

namespace Metrics.Benchmarks;

/// <summary>
/// A server in a process of its own, ended with this object. Those of the benchmark also end when this process dies: their standard
/// input closes.
/// </summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly Process process;

    private ServerProcess(Process process) => this.process = process;

    public int Port { get; private set; }

    public int Id => process.Id;

    /// <summary>What it has written since it listens.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>The processor time it has used so far, on all its threads.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts the server and waits until it says where it listens.</summary>
    public static async Task<ServerProcess> StartAsync(
        string file, IEnumerable<string> arguments, string folder, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var name in LoadGenerator.OneThread.Keys) start.Environment.Remove(name);
        start.Environment["DOTNET_gcServer"] = "1"; // as every project of the web SDK has
        start.Environment["NODE_ENV"] = "production";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var server = new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start."));
        try
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            bound.CancelAfter(StartTimeout);
            while (await server.process.StandardOutput.ReadLineAsync(bound.Token) is { } line)
            {
                if (Listening().Match(line) is not { Success: true } match) continue;
                server.Port = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                _ = server.ListenAsync();
                return server;
            }
            throw new InvalidOperationException($"{Path.GetFileName(file)} {string.Join(' ', arguments)} ended before it listened.");
        }
        catch (Exception e)
        {
            await server.DisposeAsync();
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new TimeoutException($"It did not listen within {StartTimeout.TotalSeconds:0} s.", e);
            throw;
        }
    }

    /// <summary>What the benchmark's servers say, and ours.</summary>
    [GeneratedRegex(@"^(?:listening |Serving http://127\.0\.0\.1:)(\d+)")]
    private static partial Regex Listening();

    private async Task ListenAsync()
    {
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line) Lines.Enqueue(line);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }
}
