using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using Metrics.Benchmarks.Load;
using Metrics.Benchmarks.Servers;

namespace Metrics.Benchmarks;

/// <summary>All servers side by side: every scenario in rounds, every server once per round, one under load at a time.</summary>
internal static class GraphQLBenchmark
{
    private const int Rounds = 5;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Ramp = TimeSpan.FromSeconds(0.2);
    private static readonly HttpClient Control = new() { Timeout = TimeSpan.FromSeconds(15) };

    public static async Task<int> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        LoadGenerator.UseOneThread();
        var report = new Report(options, TimeProvider.System.GetUtcNow());
        var servers = new Dictionary<Contestant, ServerProcess>();
        try
        {
            Say("Peers from npm …");
            var (peers, why) = await PeerFolder.PrepareAsync("", cancellationToken);
            if (peers is null) LeaveOut(report, "The servers from npm", why);
            Say("Parsing and validating …");
            report.Documents.Add(DocumentBenchmark.Ours(options.Seconds, cancellationToken));
            if (peers is not null) report.Documents.Add(await DocumentBenchmark.GraphQLJsAsync(peers, options.Seconds, cancellationToken));
            await StartAsync(peers, servers, report, cancellationToken);
            foreach (var scenario in Scenario.All)
                report.Add(scenario, await MeasureAsync(scenario, servers, options.Seconds / Rounds, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Say("Stopped.");
            return 130;
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or InvalidDataException or InvalidOperationException or HttpRequestException or Win32Exception)
        {
            Say($"The run failed: {e.Message}");
            return 1;
        }
        finally
        {
            foreach (var server in servers.Values) await server.DisposeAsync();
        }
        Console.Write(report.ToText());
        if (options.Out is not null) await File.WriteAllTextAsync(options.Out, report.ToMarkdown(), cancellationToken);
        return 0;
    }

    private static async Task StartAsync(
        string? peers, Dictionary<Contestant, ServerProcess> servers, Report report, CancellationToken cancellationToken)
    {
        foreach (var contestant in (Contestant[])[Contestant.Floor, Contestant.Ours, .. peers is null ? [] : Contestant.Peers(peers), Contestant.Canned])
        {
            try
            {
                servers.Add(contestant, await contestant.StartAsync(cancellationToken));
            }
            catch (Exception e) when (contestant.Folder == peers && e is InvalidOperationException or TimeoutException or Win32Exception)
            {
                LeaveOut(report, contestant.Name, e.Message);
            }
        }
    }

    private static async Task<Dictionary<Contestant, Measurement>> MeasureAsync(
        Scenario scenario, Dictionary<Contestant, ServerProcess> servers, double seconds, CancellationToken cancellationToken)
    {
        var measurements = servers.Keys.ToDictionary(c => c, _ => new Measurement());
        for (var round = 0; round <= Rounds; round++)
        {
            Say($"{scenario.Shape.Name}, {scenario.Connections} connections, {(round == 0 ? "warm-up" : $"round {round} of {Rounds}")} …");
            foreach (var (contestant, server) in servers)
            {
                using var load = await LoadGenerator.OpenAsync(
                    server.Port, new SameQuestion(contestant.Request(scenario.Shape), scenario.Shape.Answer), scenario.Connections, cancellationToken);
                await load.RunAsync(round == 0 ? WarmUp : Ramp, cancellationToken);
                if (round == 0) continue;
                var before = await AllocatedAsync(contestant, server, cancellationToken);
                var processorTime = server.ProcessorTime;
                var result = await load.RunAsync(TimeSpan.FromSeconds(seconds), cancellationToken);
                processorTime = server.ProcessorTime - processorTime;
                measurements[contestant].Add(result, processorTime, await AllocatedAsync(contestant, server, cancellationToken) - before);
            }
        }
        return measurements;
    }

    private static async Task<long?> AllocatedAsync(Contestant contestant, ServerProcess server, CancellationToken cancellationToken) =>
        contestant.CountsAllocations
            ? long.Parse(
                await Control.GetStringAsync(new Uri($"http://127.0.0.1:{server.Port}{ServerHost.AllocatedPath}"), cancellationToken), CultureInfo.InvariantCulture)
            : null;

    private static void LeaveOut(Report report, string name, string? why)
    {
        Say($"{name}: left out, {why}");
        report.Note($"{name}: left out, {why}");
    }

    private static void Say(string text) => Console.Error.WriteLine(text);
}
