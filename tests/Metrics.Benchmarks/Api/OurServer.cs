using Metrics.Benchmarks.Kpis;
using Metrics.Storage;

namespace Metrics.Benchmarks.Api;

/// <summary>The program itself, as a process of its own: <c>metrics serve</c> on the company's data folder.</summary>
internal static class OurServer
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);

    /// <param name="environment">Of the process, beyond that of this one.</param>
    public static async Task<ServerProcess> StartAsync(
        ApiOptions options, string scratch, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null)
    {
        var sources = Path.Combine(scratch, "sources.yaml");
        await File.WriteAllTextAsync(sources, "connections:\n  - source: canonical\n", cancellation);
        string[] settings =
        [
            "Urls=http://127.0.0.1:0", "Auth:RequestsPerSecond=0", $"Sources:File={sources}",
            $"Reports:Folder={Path.Combine(AppContext.BaseDirectory, "Api", "reports")}",
        ];
        return await ServerProcess.StartAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Metrics.Server.dll"), "serve", "--data", Path.Combine(options.Data, "database"), .. settings.SelectMany(s => (string[])["--set", s])],
            scratch, cancellation, environment);
    }

    /// <summary>Waits until no job of the program is at work: for some seconds nothing runs in the database.</summary>
    public static async Task CalmAsync(BenchmarkDatabase database, CancellationToken cancellation)
    {
        await using var connection = await database.Application.OpenConnectionAsync(cancellation);
        var started = TimeProvider.System.GetTimestamp();
        var calm = started;
        while (TimeProvider.System.GetElapsedTime(calm) < Calm)
        {
            if (TimeProvider.System.GetElapsedTime(started) > Longest) throw new TimeoutException($"The server is still at work after {Longest.TotalMinutes:0} minutes.");
            if (await connection.ScalarAsync<bool>(
                "select exists (select 1 from pg_stat_activity where state <> 'idle' and backend_type = 'client backend' and pid <> pg_backend_pid())", cancellation))
                calm = TimeProvider.System.GetTimestamp();
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
        }
    }
}
