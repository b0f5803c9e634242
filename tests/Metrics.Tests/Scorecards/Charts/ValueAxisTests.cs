using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Charts;
using static Metrics.Tests.Scorecards.SomeFigures;

namespace Metrics.Tests.Scorecards.Charts;

public sealed class ValueAxisTests
{
    [Fact]
    public void Ratios_are_close_up_and_end_at_one_hundred_per_cent()
    {
        var axis = Axis(Definition("a", target: "> 0.99"), 0.972, 1);

        axis.High.ShouldBe(1);
        axis.Low.ShouldBeInRange(0.94, 0.972);
    }

    [Fact]
    public void Durations_start_at_zero() => Axis(Definition("a", Units.Hours, Direction.Lower, target: "< 4"), 3, 7).Low.ShouldBe(0);

    [Fact]
    public void Ticks_are_round_numbers() =>
        Axis(Definition("a", Units.Hours, Direction.Lower, target: "< 4"), 3, 7).Ticks.ShouldBe([0, 2, 4, 6, 8]);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(0.5, 0.5)]
    public void One_value_only_still_has_a_height(double one, double other)
    {
        var axis = Axis(Definition("a"), one, other);

        axis.High.ShouldBeGreaterThan(axis.Low);
        one.ShouldBeInRange(axis.Low, axis.High);
    }

    [Theory]
    [InlineData(1e-6, 3e-6)]
    [InlineData(12_345, 987_654)]
    [InlineData(-0.4, 0.1)]
    public void Any_size_has_a_handful_of_ticks_around_it(double low, double high)
    {
        var axis = Axis(Definition("a", Units.MoneyPerUnit, Direction.Lower), low, high);

        axis.Ticks.Count.ShouldBeInRange(2, 8);
        axis.Low.ShouldBeLessThanOrEqualTo(low);
        axis.High.ShouldBeGreaterThanOrEqualTo(high);
    }

    private static ValueAxis Axis(KpiDefinition kpi, params double[] values) =>
        ValueAxis.Around(
            kpi,
            values.Select(value => new TrendPoint(
                Quarter, value, kpi.Targets is [var target, ..] ? target : null, KpiStatus.Met, Partial: false)));
}
