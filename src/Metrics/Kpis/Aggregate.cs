using System.Runtime.InteropServices;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>Sums of observations: of a cell and day, or of whatever was added up since. Exact, so the order cannot matter.</summary>
internal sealed class Aggregate
{
    /// <summary>A square has twice the decimals of its number; with all of them, sums would not fit a decimal.</summary>
    private const int SquareDecimals = 12;

    public decimal Numerator { get; set; }
    public decimal Denominator { get; set; }
    public long N { get; set; }
    public long Excluded { get; set; }
    public decimal SumSquares { get; set; }

    /// <summary>Every observation so far is 0 or 1 of 1: a sample of yes and no.</summary>
    public bool BinaryOnly { get; set; } = true;

    /// <summary>Observation values, for percentiles.</summary>
    public List<double> Values { get; } = [];

    /// <summary>Why the value cannot be told, as where an exchange rate is missing; the first reason by its bytes.</summary>
    public string? Unknown { get; set; }

    /// <summary>How many people stand behind the observations: one each, unless an observation says otherwise.</summary>
    public decimal People { get; set; }

    public void Add(KpiDefinition definition, RawObservation row)
    {
        if (row.Excluded is not null)
        {
            Excluded++;
            return;
        }

        N++;
        People += row.People ?? 1;
        Doubt(row.Unknown);
        switch (definition.Kind)
        {
            case KpiKind.Ratio or KpiKind.State or KpiKind.UnitCost:
                Numerator += row.Numerator ?? 0;
                Denominator += row.Denominator ?? 0;
                BinaryOnly &= row.Numerator is 0 or 1 && row.Denominator == 1;
                break;
            case KpiKind.Mean:
                Numerator += row.Value ?? 0;
                Denominator++;
                SumSquares += decimal.Round((row.Value ?? 0) * (row.Value ?? 0), SquareDecimals);
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
        People += other.People;
        Doubt(other.Unknown);
        Values.AddRange(other.Values);
    }

    /// <summary>The value of these observations over a period; null where there is none.</summary>
    /// <param name="monthsElapsed">For rates.</param>
    public double? Value(KpiDefinition definition, decimal monthsElapsed) => definition.Kind switch
    {
        KpiKind.State when definition.IsCount => (double)Numerator,
        KpiKind.Ratio or KpiKind.State or KpiKind.UnitCost => Denominator == 0 ? null : (double)Numerator / (double)Denominator,
        KpiKind.Mean => N == 0 ? null : (double)Numerator / N,
        KpiKind.Rate => monthsElapsed == 0 ? null : (double)Numerator / (double)monthsElapsed,
        KpiKind.Sum => (double)Numerator,
        KpiKind.Median => Values.Count == 0 ? null : Statistics.PercentileContinuous(Sorted(), 0.5),
        KpiKind.P90 => Values.Count == 0 ? null : Statistics.PercentileContinuous(Sorted(), 0.9),
    };

    /// <summary>The 95 % interval, where the value is a sample: ratios of yes and no, medians, means.</summary>
    public (double Lower, double Upper)? Interval(KpiDefinition definition) => !definition.IsSample ? null : definition.Kind switch
    {
        KpiKind.Ratio when BinaryOnly && Denominator > 0 => Statistics.Wilson((double)Numerator, (double)Denominator),
        KpiKind.Median when Values.Count > 0 => Statistics.MedianInterval(Sorted()),
        KpiKind.Mean when N >= 2 => Possible(Statistics.MeanInterval(N, Numerator, SumSquares), definition.Unit),
        KpiKind.Ratio or KpiKind.Median or KpiKind.Mean or KpiKind.State or KpiKind.UnitCost or KpiKind.Rate or KpiKind.Sum
            or KpiKind.P90 => null,
    };

    /// <summary>A mean lies where its values can lie: durations are not negative, scores are on their scale.</summary>
    private static (double Lower, double Upper)? Possible((double Lower, double Upper)? interval, string unit)
    {
        if (interval is not var (lower, upper)) return null;
        return unit switch
        {
            Units.Hours or Units.Days or Units.BusinessDays or Units.Count => (Math.Max(0, lower), upper),
            Units.Score => (Math.Clamp(lower, 1, 5), Math.Clamp(upper, 1, 5)),
            _ => (lower, upper),
        };
    }

    private void Doubt(string? reason)
    {
        if (reason is not null && (Unknown is null || string.CompareOrdinal(reason, Unknown) < 0)) Unknown = reason;
    }

    private Span<double> Sorted()
    {
        Values.Sort();
        return CollectionsMarshal.AsSpan(Values);
    }
}
