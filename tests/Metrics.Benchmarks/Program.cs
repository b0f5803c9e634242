using System.Runtime.InteropServices;
using Metrics.Benchmarks;
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
    case ["kpi", ..]:
        await Console.Error.WriteLineAsync("kpi is a name kept for later; there are graphql and scorecards.");
        return 2;
    default:
        await Console.Error.WriteLineAsync("Usage: graphql|scorecards [--seconds 1..60] [--out FILE]");
        return 2;
}

// Cancelled, not killed: the run then stops its child processes on its way out.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}
