using System.Diagnostics;

namespace Metrics.Benchmarks.Load;

/// <summary>Some keep-alive connections to one server: raw sockets, all driven by the one thread of the socket engine.</summary>
internal sealed class LoadGenerator(IQuestions questions) : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private readonly List<LoadConnection> connections = [];

    /// <summary>Lets awaits go on where the socket engine's only thread is, without a hop. Read once, at the first socket.</summary>
    public static void UseOneThread()
    {
        foreach (var (name, value) in OneThread) Environment.SetEnvironmentVariable(name, value);
    }

    /// <summary>What <see cref="UseOneThread"/> sets; not for the servers.</summary>
    public static IReadOnlyDictionary<string, string> OneThread { get; } = new Dictionary<string, string>
    {
        ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1",
        ["DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT"] = "1",
    };

    /// <summary>Opens the connections and verifies the answer of each.</summary>
    public static async Task<LoadGenerator> OpenAsync(int port, IQuestions questions, int count, CancellationToken cancellationToken)
    {
        var generator = new LoadGenerator(questions);
        try
        {
            for (var i = 0; i < count; i++) generator.connections.Add(await LoadConnection.OpenAsync(port, cancellationToken));
            await generator.GuardAsync(generator.VerifyAsync, Grace, cancellationToken);
            return generator;
        }
        catch
        {
            generator.Dispose();
            throw;
        }
    }

    /// <summary>Asks on all connections for a while, and waits for the last answers.</summary>
    public async Task<LoadResult> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var all = new LatencyHistogram();
        await GuardAsync(async () =>
        {
            foreach (var part in await Task.WhenAll(connections.Select(c => c.AskUntilAsync(end, questions)))) all.Add(part);
        }, duration + Grace, cancellationToken);
        return new LoadResult(all, Stopwatch.GetElapsedTime(start));
    }

    public void Dispose() => connections.ForEach(c => c.Dispose());

    private async Task VerifyAsync()
    {
        foreach (var connection in connections)
        {
            var (body, length) = await connection.AskOnceAsync(questions.Next());
            questions.Verify(body, length);
        }
    }

    /// <summary>Bounds the work in time without a token per read: closing the sockets ends it.</summary>
    private async Task GuardAsync(Func<Task> work, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(atMost);
        await using var closing = bound.Token.Register(Dispose);
        try
        {
            await work();
        }
        catch (Exception e) when (bound.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"The server did not answer within {atMost.TotalSeconds:0} s.", e);
        }
        finally
        {
            // Off the socket engine's thread, which must never block.
            await Task.Yield();
        }
    }
}

/// <summary>What was answered in what time.</summary>
internal sealed record LoadResult(LatencyHistogram Latencies, TimeSpan Elapsed)
{
    public double PerSecond => Latencies.Count / Elapsed.TotalSeconds;
}
