using System.Diagnostics;
using System.Text.Json;
using Metrics.Benchmarks.Kpis;
using Metrics.Benchmarks.Load;
using Metrics.Storage;

namespace Metrics.Benchmarks.Api;

/// <summary>A quarter of every KPI by tier and month, in one request.</summary>
internal static class MonthsBenchmark
{
    private const int WarmUps = 10;
    private const int Times = 100;

    public static async Task RunAsync(ApiOptions options, BenchmarkDatabase database, string scratch, ApiReport report, CancellationToken cancellation)
    {
        await using var ours = await OurServer.StartAsync(options, scratch, cancellation);
        ApiBenchmark.Say("Waiting until the server has nothing to do …");
        await OurServer.CalmAsync(database, cancellation);
        await using var connection = await database.Application.OpenConnectionAsync(cancellation);
        using var server = await LoadConnection.OpenAsync(ours.Port, cancellation);
        var request = HttpText.Get($"/graphql/persisted/tier-months?period={Days.Quarter.Period}");
        var (body, length) = await server.AskOnceAsync(request);
        using var answer = JsonDocument.Parse(body);
        var nodes = answer.RootElement.GetProperty("data").GetProperty("kpiRows").GetProperty("nodes").EnumerateArray().ToList();
        if (nodes.Count == 0 || nodes.Exists(n => n.GetProperty("stale").GetBoolean())) throw new InvalidDataException("There is nothing to be read, or it is stale.");

        ApiBenchmark.Say("A quarter of every KPI by tier and month …");
        var (anew, remembered) = (new LatencyHistogram(), new LatencyHistogram());
        for (var time = -WarmUps; time < Times; time++)
        {
            // Any transaction that writes ends what is remembered, whatever it writes.
            await connection.ExecuteAsync("select pg_current_xact_id()", cancellation);
            foreach (var latencies in (LatencyHistogram[])[anew, remembered])
            {
                var start = Stopwatch.GetTimestamp();
                await server.AskOnceAsync(request);
                if (time >= 0) latencies.Record(Stopwatch.GetTimestamp() - start);
            }
        }

        report.Add(
            $"A quarter of every KPI by tier and month: {nodes.Count} rows of {nodes.DistinctBy(n => n.GetProperty("kpi").GetString()).Count()} KPIs, {length / 1000} kB",
            ["", "p50 ms", "p99 ms"],
            ["anew, since something was written before each", ApiReport.Milliseconds(anew, 0.5), ApiReport.Milliseconds(anew, 0.99)],
            ["again, nothing written since", ApiReport.Milliseconds(remembered, 0.5), ApiReport.Milliseconds(remembered, 0.99)]);
    }
}
