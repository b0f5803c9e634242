using System.ComponentModel;
using System.Globalization;
using Metrics.Benchmarks.Kpis;
using Npgsql;

namespace Metrics.Benchmarks.Api;

/// <summary>The servers from npm, each with all it needs to answer from the roll-up by dataset and day.</summary>
internal static class PeerServers
{
    private static readonly (string Folder, string File, Func<ServerProcess, ApiContestant> Contestant)[] All =
    [
        ("", "rollup.mjs", ApiContestant.Yoga),
        ("postgraphile", "server.mjs", ApiContestant.PostGraphile),
        ("cube", "server.mjs", ApiContestant.Cube),
    ];

    /// <summary>Those that can be started here; the report says which cannot, and why.</summary>
    public static async Task<IReadOnlyList<ApiContestant>> StartAsync(BenchmarkDatabase database, ApiReport report, CancellationToken cancellation)
    {
        var started = new List<ApiContestant>();
        var environment = Environment(new NpgsqlConnectionStringBuilder(database.ConnectionString));
        foreach (var (name, file, contestant) in All)
        {
            ApiBenchmark.Say($"Starting {(name.Length == 0 ? "yoga" : name)} …");
            var (folder, why) = await PeerFolder.PrepareAsync(name, cancellation);
            try
            {
                if (folder is not null) started.Add(contestant(await ServerProcess.StartAsync("node", [file], folder, cancellation, environment)));
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException or Win32Exception)
            {
                why = e.Message;
            }

            if (why is not null) report.Note($"{(name.Length == 0 ? "graphql-yoga" : name)}: left out, {why}");
        }

        return started;
    }

    private static Dictionary<string, string> Environment(NpgsqlConnectionStringBuilder server)
    {
        var port = server.Port.ToString(CultureInfo.InvariantCulture);
        return new Dictionary<string, string>
        {
            ["PGHOST"] = server.Host!,
            ["PGPORT"] = port,
            ["PGUSER"] = server.Username!,
            ["PGPASSWORD"] = server.Password!,
            ["PGDATABASE"] = server.Database!,
            ["CUBEJS_DB_HOST"] = server.Host!,
            ["CUBEJS_DB_PORT"] = port,
            ["CUBEJS_DB_USER"] = server.Username!,
            ["CUBEJS_DB_PASS"] = server.Password!,
            ["CUBEJS_DB_NAME"] = server.Database!,
        };
    }
}
