using Metrics.Benchmarks.Load;

namespace Metrics.Benchmarks;

/// <summary>Shape and number of connections: what servers are compared in.</summary>
internal sealed record Scenario(Shape Shape, int Connections)
{
    public static IReadOnlyList<Scenario> All { get; } =
        [.. Shape.All.SelectMany(shape => new[] { 8, 64 }.Select(connections => new Scenario(shape, connections)))];
}

/// <summary>What one server did in one scenario, a value per round.</summary>
internal sealed class Measurement
{
    private readonly List<double> perSecond = [];
    private long allocated;
    private long allocatedRequests;

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>The median round's requests per second.</summary>
    public double PerSecond => Median(perSecond);

    /// <summary>What the server's process allocated per request, in bytes; null when it does not tell.</summary>
    public double? AllocatedPerRequest => allocatedRequests == 0 ? null : (double)allocated / allocatedRequests;

    public void Add(LoadResult result, long? allocatedBytes)
    {
        perSecond.Add(result.PerSecond);
        Latencies.Add(result.Latencies);
        if (allocatedBytes is null) return;
        allocated += allocatedBytes.Value;
        allocatedRequests += result.Latencies.Count;
    }

    /// <summary>The median of the shares round by round: a noisy round is noisy for both, so that much of the noise falls out.</summary>
    public double ShareOf(Measurement floor) => Median([.. perSecond.Zip(floor.perSecond, (own, other) => own / other)]);

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
