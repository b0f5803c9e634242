using System.Runtime.InteropServices;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>Sums of observations: of a cell and day, or of whatever was added up since. Exact, so the order cannot matter.</summary>
internal sealed class Aggregate
{
    public decimal Numerator { get; set; }
    public decimal Denominator { get; set; }
    public long N { get; set; }
    public long Excluded { get; set; }
    public decimal SumSquares { get; set; }

    /// <summary>Every observation so far is 0 or 1 of 1: a sample of yes and no.</summary>
    public bool BinaryOnly { get; set; } = true;

    /// <summary>Observation values, for percentiles.</summary>
    public List<double> Values { get; } = [];

    /// <summary>The value could not be told, as where an exchange rate is missing; why.</summary>
    public string? Unknown { get; set; }

    public void Add(KpiKind kind, RawObservation row)
    {
        if (row.Excluded is not null)
        {
            Excluded++;
            return;
        }

        N++;
        switch (kind)
        {
            case KpiKind.Ratio or KpiKind.State or KpiKind.UnitCost:
                Numerator += row.Numerator ?? 0;
                Denominator += row.Denominator ?? 0;
                BinaryOnly &= row.Numerator is 0 or 1 && row.Denominator == 1;
                break;
            case KpiKind.Mean:
                Numerator += row.Value ?? 0;
                Denominator++;
                SumSquares += (row.Value ?? 0) * (row.Value ?? 0);
                break;
            case KpiKind.Rate:
                Numerator += row.Numerator ?? 1;
                break;
            case KpiKind.Sum:
                Numerator += row.Value ?? row.Numerator ?? 0;
                break;
            case KpiKind.Median or KpiKind.P90:
                Values.Add((double)(row.Value ?? 0));
                break;
        }
    }

    public void Add(Aggregate other)
    {
        Numerator += other.Numerator;
        Denominator += other.Denominator;
        N += other.N;
        Excluded += other.Excluded;
        SumSquares += other.SumSquares;
        BinaryOnly &= other.BinaryOnly;
        Values.AddRange(other.Values);
    }

    /// <summary>The value of these observations over a period; null where there is none.</summary>
    /// <param name="monthsElapsed">For rates.</param>
    public double? Value(KpiKind kind, decimal monthsElapsed) => kind switch
    {
        KpiKind.Ratio or KpiKind.State or KpiKind.UnitCost => Denominator == 0 ? null : (double)Numerator / (double)Denominator,
        KpiKind.Mean => N == 0 ? null : (double)Numerator / N,
        KpiKind.Rate => monthsElapsed == 0 ? null : (double)Numerator / (double)monthsElapsed,
        KpiKind.Sum => (double)Numerator,
        KpiKind.Median => Values.Count == 0 ? null : Statistics.PercentileContinuous(Sorted(), 0.5),
        KpiKind.P90 => Values.Count == 0 ? null : Statistics.PercentileContinuous(Sorted(), 0.9),
    };

    /// <summary>The 95 % interval, where the value is a sample: ratios of yes and no, medians, means.</summary>
    public (double Lower, double Upper)? Interval(KpiKind kind) => kind switch
    {
        KpiKind.Ratio when BinaryOnly && Denominator > 0 => Statistics.Wilson((double)Numerator, (double)Denominator),
        KpiKind.Median when Values.Count > 0 => Statistics.MedianInterval(Sorted()),
        KpiKind.Mean when N >= 2 => Statistics.MeanInterval(N, Numerator, SumSquares),
        KpiKind.Ratio or KpiKind.Median or KpiKind.Mean or KpiKind.State or KpiKind.UnitCost or KpiKind.Rate or KpiKind.Sum
            or KpiKind.P90 => null,
    };

    private Span<double> Sorted()
    {
        Values.Sort();
        return CollectionsMarshal.AsSpan(Values);
    }
}
