using MathNet.Numerics.Distributions;

namespace Metrics.Model;

/// <summary>Percentiles, and the 95 % confidence intervals that stand beside figures from small samples.</summary>
public static class Statistics
{
    /// <summary>The 97.5 % quantile of the standard normal distribution.</summary>
    private const double Z = 1.959963984540054;

    private const double OneSidedError = 0.025;

    /// <summary>The value below which the share <paramref name="p"/> of the observations lies, interpolated linearly between
    /// the closest ranks.</summary>
    /// <param name="sorted">Observations in ascending order; at least one.</param>
    /// <param name="p">0 (the smallest) to 1 (the largest); 0.5 is the median.</param>
    /// <remarks>Hyndman and Fan (1996), Sample Quantiles in Statistical Packages, definition 7: R's default and PostgreSQL's
    /// <c>percentile_cont</c>.</remarks>
    public static double PercentileContinuous(ReadOnlySpan<double> sorted, double p)
    {
        if (sorted.IsEmpty)
            throw new ArgumentException("No observation has no percentile. Report no data instead.", nameof(sorted));
        if (!(p >= 0 && p <= 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, "A percentile is asked for as a share between 0 and 1.");

        var rank = (sorted.Length - 1) * p;
        var below = (int)rank;
        var part = rank - below;
        if (part == 0) return sorted[below];

        var (low, high) = (sorted[below], sorted[below + 1]);
        return Math.Clamp(low + part * (high - low), low, high);
    }

    /// <summary>The Wilson score interval of a proportion, without continuity correction.</summary>
    /// <param name="successes">0 to <paramref name="n"/>.</param>
    /// <param name="n">Observations that are 0 or 1 each; more than 0.</param>
    /// <returns>Fractions within [0, 1]; exactly 0 below none, exactly 1 above all.</returns>
    /// <remarks>Wilson (1927), Probable Inference, the Law of Succession, and Statistical Inference; as method 3 of Newcombe
    /// (1998), Two-sided confidence intervals for the single proportion.</remarks>
    public static (double Lower, double Upper) Wilson(double successes, double n)
    {
        if (!(n > 0))
            throw new ArgumentOutOfRangeException(nameof(n), n, "No observations, no interval. Report no data instead.");
        if (!(successes >= 0 && successes <= n))
        {
            throw new ArgumentOutOfRangeException(
                nameof(successes), successes, FormattableString.Invariant($"Successes are between 0 and n = {n:R}."));
        }

        var share = successes / n;
        var shrink = 1 + Z * Z / n;
        var centre = (share + Z * Z / (2 * n)) / shrink;
        var reach = Z * Math.Sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / shrink;
        return (
            successes == 0 ? 0 : Math.Max(0, centre - reach),
            successes == n ? 1 : Math.Min(1, centre + reach));
    }

    /// <summary>The interval of the median from the ranks j and n + 1 - j, as narrow as they can be while the true median lies
    /// within them in at least 95 % of samples, whatever the distribution.</summary>
    /// <param name="sorted">Observations in ascending order.</param>
    /// <returns>Two of the observations; null below 6 of them, which cannot reach 95 %.</returns>
    /// <remarks>Conover (1999), Practical Nonparametric Statistics, section 3.2: the coverage of these ranks is
    /// 1 - 2 P(B ≤ j - 1) for B binomial with n trials of chance 1/2.</remarks>
    public static (double Lower, double Upper)? MedianInterval(ReadOnlySpan<double> sorted)
    {
        var n = sorted.Length;
        var middle = n / 2;

        // Down from the middle, where the distribution is known exactly: from 2^-n upward it would vanish for a large n.
        var chance = 1.0;
        for (var i = 1; i <= n - middle; i++) chance *= (2.0 * i - 1) / (2.0 * i);
        var (k, atMost) = (middle, n % 2 == 1 ? 0.5 : 0.5 + chance / 2);
        while (k >= 0 && atMost > OneSidedError)
        {
            atMost -= chance;
            chance *= k / (n - k + 1.0);
            k--;
        }

        var rank = k + 1;
        return rank >= 1 ? (sorted[rank - 1], sorted[n - rank]) : null;
    }

    /// <summary>The interval of a mean, by Student's t.</summary>
    /// <param name="n">Observations.</param>
    /// <param name="sum">Their sum.</param>
    /// <param name="sumSquares">The sum of their squares; at least sum² / n.</param>
    /// <returns>In the unit of the observations; null for n below 2, where nothing is known of the spread.</returns>
    /// <remarks>Student (1908), The Probable Error of a Mean: mean ± t(0.975, n - 1) × s / √n, s the sample standard deviation.
    /// The sums are decimal because their difference is small against them.</remarks>
    public static (double Lower, double Upper)? MeanInterval(long n, decimal sum, decimal sumSquares)
    {
        if (n < 2) return null;

        var mean = sum / n;
        var variance = Math.Max(0, sumSquares - mean * sum) / (n - 1);
        var reach = StudentT.InvCDF(0, 1, n - 1, 1 - OneSidedError) * Math.Sqrt((double)variance / n);
        return ((double)mean - reach, (double)mean + reach);
    }
}
