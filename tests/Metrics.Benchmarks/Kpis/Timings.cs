using System.Diagnostics;

namespace Metrics.Benchmarks.Kpis;

/// <summary>How long things take once everything is warm: in turns, the median of each.</summary>
internal static class Timings
{
    /// <summary>As many as it takes until the server settles on a plan for a prepared statement.</summary>
    private const int WarmUps = 6;

    private const int Rounds = 15;
    private const int FewestRounds = 3;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public static async Task<IReadOnlyDictionary<string, TimeSpan>> MediansAsync(
        IReadOnlyList<(string Name, Func<Task> Run)> contestants, CancellationToken cancellation)
    {
        var times = contestants.ToDictionary(c => c.Name, _ => new List<TimeSpan>(Rounds));
        var started = Stopwatch.GetTimestamp();
        for (var round = -WarmUps; round < Rounds && (round < FewestRounds || Stopwatch.GetElapsedTime(started) < Longest); round++)
        {
            if (round < -1 && Stopwatch.GetElapsedTime(started) > Longest / 4) round = -1;
            foreach (var (name, run) in contestants)
            {
                cancellation.ThrowIfCancellationRequested();
                var time = await OnceAsync(run);
                if (round >= 0) times[name].Add(time);
            }
        }

        return times.ToDictionary(t => t.Key, t => t.Value.Order().ElementAt(t.Value.Count / 2));
    }

    public static async Task<TimeSpan> OnceAsync(Func<Task> run)
    {
        var watch = Stopwatch.StartNew();
        await run();
        return watch.Elapsed;
    }

    /// <summary>The time something takes, and the most that the managed heap held meanwhile.</summary>
    public static async Task<(TimeSpan Time, long PeakHeap)> WatchedAsync(Func<Task> run)
    {
        GC.Collect();
        var peak = 0L;
        using var done = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false));
                await Task.Delay(20, CancellationToken.None);
            }
        }, CancellationToken.None);
        var time = await OnceAsync(run);
        await done.CancelAsync();
        await watching;
        return (time, peak);
    }
}
