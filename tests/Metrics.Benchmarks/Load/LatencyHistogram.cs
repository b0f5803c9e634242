using System.Diagnostics;
using System.Numerics;

namespace Metrics.Benchmarks.Load;

/// <summary>Counts of latencies in ticks of the stopwatch, in buckets at most 1/64 wide, so that recording costs nanoseconds.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int SubBuckets = 1 << SubBits;
    private readonly long[] counts = new long[64 * SubBuckets];

    public long Count { get; private set; }

    public void Record(long ticks)
    {
        counts[Bucket(ticks)]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < counts.Length; i++) counts[i] += other.counts[i];
        Count += other.Count;
    }

    /// <summary>The latency that the share (0 to 1) of all requests did not exceed; null when nothing was recorded.</summary>
    public TimeSpan? Percentile(double share)
    {
        var left = (long)Math.Ceiling(Count * share);
        for (var i = 0; i < counts.Length && Count > 0; i++)
        {
            left -= counts[i];
            if (left <= 0) return TimeSpan.FromSeconds(Middle(i) / Stopwatch.Frequency);
        }
        return null;
    }

    private static int Bucket(long ticks)
    {
        if (ticks < SubBuckets) return (int)Math.Max(ticks, 0);
        var shift = BitOperations.Log2((ulong)ticks) - SubBits;
        return (shift * SubBuckets) + (int)(ticks >> shift);
    }

    private static double Middle(int bucket)
    {
        if (bucket < 2 * SubBuckets) return bucket;
        var shift = (bucket / SubBuckets) - 1;
        return Math.ScaleB((bucket % SubBuckets) + SubBuckets + 0.5, shift);
    }
}
