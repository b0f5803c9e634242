using System.Globalization;
using System.Text.Json;
using Metrics.Benchmarks.Kpis;
using Metrics.Benchmarks.Load;
using Metrics.Storage;

namespace Metrics.Benchmarks.Api;

/// <summary>One KPI by tier over a quarter, from all contestants: in rounds, each once per round, one under load at a time.</summary>
internal static class AnswersBenchmark
{
    private const int Rounds = 3;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Ramp = TimeSpan.FromSeconds(0.2);

    public static async Task RunAsync(ApiOptions options, BenchmarkDatabase database, string scratch, ApiReport report, CancellationToken cancellation)
    {
        await using var ours = await OurServer.StartAsync(options, scratch, cancellation);
        var peers = await PeerServers.StartAsync(database, report, cancellation);
        try
        {
            ApiContestant[] contestants = [ApiContestant.Posted(ours), ApiContestant.Persisted(ours), .. peers];
            foreach (var contestant in contestants) await VerifyAsync(contestant, database, cancellation);
            using var imports = await Imports.PrepareAsync(ours, database, scratch, cancellation);
            ApiBenchmark.Say("Waiting until the server has nothing to do …");
            await OurServer.CalmAsync(database, cancellation);
            var stale = 0;
            foreach (var connections in (int[])[8, 1])
                stale += await CompareAsync(options, contestants, connections, "nothing else at work", report, cancellation);
            await imports.BesideAsync(async () => stale += await CompareAsync(options, contestants, 8, "imports beside", report, cancellation), cancellation);
            report.Note($"{imports.Told} {stale} of all our answers were stale.");
        }
        finally
        {
            foreach (var peer in peers) await peer.Server.DisposeAsync();
        }
    }

    /// <returns>How many answers were stale.</returns>
    private static async Task<int> CompareAsync(
        ApiOptions options, ApiContestant[] contestants, int connections, string beside, ApiReport report, CancellationToken cancellation)
    {
        var stale = 0;
        foreach (var (title, asked) in ((string, IReadOnlyList<Days>)[])[("the same quarter again and again", [Days.Quarter]), ("other 90 to 92 days each time", Days.Another)])
        {
            var measurements = contestants.ToDictionary(c => c, _ => new Measurement());
            var questions = contestants.ToDictionary(c => c, c => new TierQuestions(c, asked));
            for (var round = 0; round <= Rounds; round++)
            {
                ApiBenchmark.Say($"One KPI by tier, {title}, {connections} at once, {beside}, {(round == 0 ? "warm-up" : $"round {round} of {Rounds}")} …");
                foreach (var contestant in contestants)
                {
                    using var load = await LoadGenerator.OpenAsync(contestant.Server.Port, questions[contestant], connections, cancellation);
                    await load.RunAsync(round == 0 ? WarmUp : Ramp, cancellation);
                    if (round == 0) continue;
                    var processorTime = contestant.Server.ProcessorTime;
                    var result = await load.RunAsync(TimeSpan.FromSeconds(options.Seconds), cancellation);
                    measurements[contestant].Add(result, contestant.Server.ProcessorTime - processorTime, null);
                }
            }

            var ours = measurements[contestants[0]];
            report.Add($"One KPI by tier: {title}, {connections} connection{(connections == 1 ? "" : "s")}, {beside}",
            [
                ["", "requests/s", "of ours", "p50 ms", "p99 ms"],
                .. measurements.Select(m => new[]
                {
                    m.Key.Name, ApiReport.Number(m.Value.PerSecond), Report.Percent(m.Value.ShareOf(ours)),
                    ApiReport.Milliseconds(m.Value.Latencies, 0.5), ApiReport.Milliseconds(m.Value.Latencies, 0.99),
                }),
            ]);
            stale += questions.Values.Sum(q => q.Stale);
        }

        return stale;
    }

    /// <summary>All give the same figures: those that SQL finds.</summary>
    private static async Task VerifyAsync(ApiContestant contestant, BenchmarkDatabase database, CancellationToken cancellation)
    {
        await using var connection = await database.Application.OpenConnectionAsync(cancellation);
        using var server = await LoadConnection.OpenAsync(contestant.Server.Port, cancellation);
        foreach (var days in Days.Another.Take(10).Append(Days.Quarter))
        {
            var found = (await connection.QueryAsync(
                "select tier, sum(succeeded)::float8 / sum(runs) from by_hand.dataset_day where day >= $1 and day < $2 group by tier order by tier",
                r => (Tier: r.GetInt32(0), Value: r.GetDouble(1)), cancellation, days.From, days.To)).ToList();
            var (body, _) = await server.AskOnceAsync(contestant.Request(days));
            using var json = JsonDocument.Parse(body);
            var given = contestant.Rows(json.RootElement).EnumerateArray().Select(contestant.Figure).OrderBy(f => f.Tier).ToList();
            if (found.Count == 0 || given.Count != found.Count || given.Zip(found).Any(p => p.First.Tier != p.Second.Tier || Math.Abs(p.First.Value - p.Second.Value) > 1e-9))
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{contestant.Name} has other figures for {days.Period} than SQL, which finds {string.Join(", ", found)}: {body}"));
        }
    }
}
