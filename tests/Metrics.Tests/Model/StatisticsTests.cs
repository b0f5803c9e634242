using FsCheck;
using FsCheck.Fluent;
using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class StatisticsTests
{
    /// <summary>mtcars$mpg of R's datasets.</summary>
    private static readonly double[] MilesPerGallon =
    [
        10.4, 10.4, 13.3, 14.3, 14.7, 15.0, 15.2, 15.2, 15.5, 15.8, 16.4, 17.3, 17.8, 18.1, 18.7, 19.2,
        19.2, 19.7, 21.0, 21.0, 21.4, 21.4, 21.5, 22.8, 22.8, 24.4, 26.0, 27.3, 30.4, 30.4, 32.4, 33.9,
    ];

    [Theory]
    [InlineData(0, 10.4)]
    [InlineData(0.25, 15.425)]
    [InlineData(0.5, 19.2)]
    [InlineData(0.75, 22.8)]
    [InlineData(0.9, 30.09)]
    [InlineData(1, 33.9)]
    public void Percentiles_are_those_of_R(double p, double expected) =>
        Statistics.PercentileContinuous(MilesPerGallon, p).ShouldBe(expected, 1e-12);

    [Fact]
    public void A_percentile_lies_between_the_closest_ranks() =>
        // rank (5 - 1) × 0.9 = 3.6: 4 + 0.6 × (10 - 4)
        Statistics.PercentileContinuous([1, 2, 3, 4, 10], 0.9).ShouldBe(7.6, 1e-12);

    [Fact]
    public void One_observation_is_every_percentile() => Statistics.PercentileContinuous([42], 0.9).ShouldBe(42);

    [Fact]
    public void No_observation_has_no_percentile() =>
        Should.Throw<ArgumentException>(() => Statistics.PercentileContinuous([], 0.5));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_percentile_is_a_share(double p) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Statistics.PercentileContinuous([1, 2], p));

    [Fact]
    public void Percentiles_stay_within_the_observations_and_rise_with_p() =>
        Prop.ForAll(Observations, Shares, Shares, (sorted, a, b) =>
        {
            var lower = Statistics.PercentileContinuous(sorted, Math.Min(a, b));
            var upper = Statistics.PercentileContinuous(sorted, Math.Max(a, b));
            return sorted[0] <= lower && lower <= upper && upper <= sorted[^1];
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilson_intervals_are_those_of_Newcombe_1998_table_I(int successes, int n, double lower, double upper)
    {
        var interval = Statistics.Wilson(successes, n);

        Math.Round(interval.Lower, 4).ShouldBe(lower);
        Math.Round(interval.Upper, 4).ShouldBe(upper);
    }

    [Fact]
    public void Wilson_ends_exactly_at_none_and_at_all()
    {
        for (var n = 1; n <= 1000; n++)
        {
            Statistics.Wilson(0, n).Lower.ShouldBe(0);
            Statistics.Wilson(n, n).Upper.ShouldBe(1);
        }
    }

    [Fact]
    public void Wilson_contains_the_share_and_stays_within_0_and_1() =>
        Prop.ForAll(Gen.Choose(1, 100_000).ToArbitrary(), Gen.Choose(0, 100_000).ToArbitrary(), (n, of) =>
        {
            var successes = Math.Min(n, of);
            var (lower, upper) = Statistics.Wilson(successes, n);
            return 0 <= lower && lower <= (double)successes / n && (double)successes / n <= upper && upper <= 1 && lower < upper;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 2)]
    [InlineData(-1, 2)]
    public void Wilson_refuses_what_is_no_share(int successes, int n) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Statistics.Wilson(successes, n));

    [Theory]
    [InlineData(6, 1)] // P(B ≤ 0) = 1/64 = 0.0156
    [InlineData(8, 1)] // P(B ≤ 1) = 9/256 = 0.0352, too much
    [InlineData(9, 2)] // P(B ≤ 1) = 10/512 = 0.0195
    [InlineData(10, 2)]
    [InlineData(20, 6)]
    [InlineData(50, 18)]
    [InlineData(100, 40)]
    [InlineData(100_000, 49_690)] // in whole numbers P(B ≤ 49,689) = 0.02478 and P(B ≤ 49,690) = 0.02515
    public void The_median_lies_between_the_ranks_of_the_binomial_tables(int n, int rank)
    {
        double[] ranks = [.. Enumerable.Range(1, n).Select(i => (double)i)];

        Statistics.MedianInterval(ranks).ShouldBe((rank, n + 1 - rank));
    }

    [Fact]
    public void No_two_ranks_of_fewer_than_six_observations_reach_95_percent()
    {
        for (var n = 0; n < 6; n++)
            Statistics.MedianInterval(new double[n]).ShouldBeNull(); // n = 5: P(B ≤ 0) = 1/32 = 0.031
    }

    [Fact]
    public void The_median_interval_covers_95_percent_and_no_narrower_one_does()
    {
        for (var n = 6; n <= 300; n++)
        {
            var (lower, _) = Statistics.MedianInterval([.. Enumerable.Range(1, n).Select(i => (double)i)])!.Value;

            Coverage(n, (int)lower).ShouldBeGreaterThanOrEqualTo(0.95);
            Coverage(n, (int)lower + 1).ShouldBeLessThan(0.95);
        }

        // counted in whole numbers: 1 - 2 Σ C(n, i) / 2^n for i < j
        static double Coverage(int n, int j)
        {
            var (ways, sum) = (System.Numerics.BigInteger.One, System.Numerics.BigInteger.Zero);
            for (var i = 0; i < j; i++)
            {
                sum += ways;
                ways = ways * (n - i) / (i + 1);
            }

            return 1 - 2 * Math.Exp(System.Numerics.BigInteger.Log(sum) - n * Math.Log(2));
        }
    }

    [Fact]
    public void The_mean_interval_is_that_of_t_test_in_R()
    {
        // t.test(sleep$extra): mean 1.54, 95 percent confidence interval 0.5955845 2.4844155
        decimal[] extra =
        [
            0.7m, -1.6m, -0.2m, -1.2m, -0.1m, 3.4m, 3.7m, 0.8m, 0.0m, 2.0m,
            1.9m, 0.8m, 1.1m, 0.1m, -0.1m, 4.4m, 5.5m, 1.6m, 4.6m, 3.4m,
        ];

        var (lower, upper) = Statistics.MeanInterval(extra.Length, extra.Sum(), extra.Sum(hours => hours * hours))!.Value;

        lower.ShouldBe(0.5955845, 5e-8);
        upper.ShouldBe(2.4844155, 5e-8);
    }

    [Theory]
    [InlineData(2, 12.7062047362)] // the quantiles of Student's t at 0.975 with n - 1 degrees of freedom
    [InlineData(10, 2.2621571628)]
    [InlineData(31, 2.0422724563)]
    [InlineData(1_000_001, 1.9599663568)] // z + (z³ + z) / (4 × 1,000,000)
    public void It_reaches_by_the_quantile_of_t_standard_errors(long n, double quantile)
    {
        // mean 0, sum of squares n (n - 1): the standard error is √((n - 1) n / (n - 1) / n) = 1
        var (lower, upper) = Statistics.MeanInterval(n, 0, (decimal)n * (n - 1))!.Value;

        upper.ShouldBe(quantile, 1e-8);
        lower.ShouldBe(-quantile, 1e-8);
    }

    [Fact]
    public void One_observation_says_nothing_of_the_spread() => Statistics.MeanInterval(1, 4, 16).ShouldBeNull();

    [Fact]
    public void Equal_observations_have_no_spread() => Statistics.MeanInterval(4, 2, 1).ShouldBe((0.5, 0.5));

    private static Arbitrary<double[]> Observations => Gen.Choose(-1_000_000, 1_000_000).Select(number => number / 1000.0)
        .NonEmptyListOf().Select(numbers => numbers.Order().ToArray()).ToArbitrary();

    private static Arbitrary<double> Shares => Gen.Choose(0, 1000).Select(number => number / 1000.0).ToArbitrary();
}
