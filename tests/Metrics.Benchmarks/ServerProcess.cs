using System.Diagnostics;
using System.Globalization;
using Metrics.Benchmarks.Load;

namespace Metrics.Benchmarks;

/// <summary>A server in a process of its own, ended with this object. It also ends when this process dies: its standard input closes.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly Process process;

    private ServerProcess(Process process) => this.process = process;

    public int Port { get; private set; }

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
    public static async Task<ServerProcess> StartAsync(string file, IEnumerable<string> arguments, string folder, CancellationToken cancellationToken)
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
        var server = new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start."));
        try
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            bound.CancelAfter(StartTimeout);
            while (await server.process.StandardOutput.ReadLineAsync(bound.Token) is { } line)
            {
                if (line.Split(' ') is not ["listening", var port]) continue;
                server.Port = int.Parse(port, CultureInfo.InvariantCulture);
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

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }
}
