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
    private readonly List<double> allocatedPerRequest = [];
    private TimeSpan processorTime;

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>The median round's requests per second.</summary>
    public double PerSecond => Median(perSecond);

    /// <summary>The server's processor time per request, in microseconds; what the load generator takes is not in it.</summary>
    public double ProcessorTimePerRequest => processorTime.TotalMicroseconds / Latencies.Count;

    /// <summary>
    /// What the server's process allocated per request, in bytes; null when it does not tell. The median round's: the runtime's total
    /// falls back now and then under the server garbage collector (seen on .NET 10).
    /// </summary>
    public double? AllocatedPerRequest => allocatedPerRequest.Count == 0 ? null : Median(allocatedPerRequest);

    public void Add(LoadResult result, TimeSpan usedProcessorTime, long? allocatedBytes)
    {
        perSecond.Add(result.PerSecond);
        Latencies.Add(result.Latencies);
        processorTime += usedProcessorTime;
        if (allocatedBytes is not null) allocatedPerRequest.Add((double)allocatedBytes.Value / result.Latencies.Count);
    }

    /// <summary>The median of the shares round by round: a noisy round is noisy for both, so that much of the noise falls out.</summary>
    public double ShareOf(Measurement floor) => Median([.. perSecond.Zip(floor.perSecond, (own, other) => own / other)]);

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
