using System.Runtime.InteropServices;
using Metrics.Benchmarks;
using Metrics.Benchmarks.Api;
using Metrics.Benchmarks.Kpis;
using Metrics.Benchmarks.Servers;

using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

switch (args)
{
    case ["graphql", .. var rest] when BenchmarkOptions.TryRead(rest, out var options):
        return await GraphQLBenchmark.RunAsync(options, stopping.Token);
    case ["scorecards", .. var rest] when BenchmarkOptions.TryRead(rest, out var options):
        return await ScorecardBenchmark.RunAsync(options, stopping.Token);
    case ["serve", var name]:
        return await ServerHost.RunAsync(name, stopping.Token);
    case ["kpi", .. var rest] when KpiBenchmarkOptions.TryRead(rest, out var options):
        return await KpiBenchmark.RunAsync(options, stopping.Token);
    case ["api", .. var rest] when ApiOptions.TryRead(rest, out var options):
        return await ApiBenchmark.RunAsync(options, stopping.Token);
    default:
        await Console.Error.WriteLineAsync("""
            Usage: graphql [--seconds 1..60] [--out FILE]
                   scorecards [--seconds 1..60] [--out FILE]
                   kpi [--runs 20000000] [--data DIR] [--keep] [--part build|increment|read|import] [--out FILE]
                   api --data DIR [--seconds 1..60] [--part answers|months|export] [--out FILE]
            """);
        return 2;
}

// Cancelled, not killed: the run then stops its child processes on its way out.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}
