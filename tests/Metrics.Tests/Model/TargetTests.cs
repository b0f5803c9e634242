using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class TargetTests
{
    [Theory]
    [InlineData(0.90, KpiStatus.Exceeded)] // at the stretch
    [InlineData(0.8999, KpiStatus.Met)]
    [InlineData(0.80, KpiStatus.Met)] // at the target, which is inclusive
    [InlineData(0.7999, KpiStatus.AtRisk)]
    [InlineData(0.75, KpiStatus.AtRisk)] // 0.80 - 0.05: worse by at most the tolerance
    [InlineData(0.7499, KpiStatus.Missed)]
    public void More_is_better_with_stretch_and_absolute_tolerance(double value, KpiStatus status) =>
        Some.Target(">= 0.8", stretch: 0.9, tolerance: "0.05").Judge(value, Direction.Higher).ShouldBe(status);

    [Theory]
    [InlineData(7, KpiStatus.Exceeded)]
    [InlineData(21, KpiStatus.Met)]
    [InlineData(21.5, KpiStatus.AtRisk)]
    [InlineData(23.1, KpiStatus.AtRisk)] // 21 × 1.1
    [InlineData(23.11, KpiStatus.Missed)]
    public void Less_is_better_with_relative_tolerance(double value, KpiStatus status) =>
        Some.Target("<= 21", stretch: 7, tolerance: "10 %").Judge(value, Direction.Lower).ShouldBe(status);

    [Theory]
    [InlineData("> 0.99", 0.99, Direction.Higher)]
    [InlineData("< 4", 4, Direction.Lower)]
    public void A_value_exactly_at_a_strict_target_is_at_risk_even_without_tolerance(
        string target, double value, Direction better) =>
        Some.Target(target).Judge(value, better).ShouldBe(KpiStatus.AtRisk);

    [Theory]
    [InlineData(1, Direction.Higher, KpiStatus.Met)]
    [InlineData(0.96, Direction.Higher, KpiStatus.AtRisk)]
    [InlineData(0.94, Direction.Higher, KpiStatus.Missed)]
    [InlineData(1.04, Direction.Lower, KpiStatus.AtRisk)]
    public void An_equal_target_is_worse_on_the_side_the_kpi_says(double value, Direction better, KpiStatus status) =>
        Some.Target("= 1", tolerance: "0.05").Judge(value, better).ShouldBe(status);

    [Fact]
    public void A_change_of_cost_is_judged_below_zero()
    {
        var target = Some.Target("<= -0.10", stretch: -0.30, tolerance: "0.05");

        target.Judge(-0.30, Direction.Lower).ShouldBe(KpiStatus.Exceeded);
        target.Judge(-0.10, Direction.Lower).ShouldBe(KpiStatus.Met);
        target.Judge(-0.05, Direction.Lower).ShouldBe(KpiStatus.AtRisk);
        target.Judge(0, Direction.Lower).ShouldBe(KpiStatus.Missed);
    }

    [Fact]
    public void The_noise_of_floating_point_decides_nothing()
    {
        const double threeTenths = 0.1 + 0.2; // 0.30000000000000004

        Some.Target("<= 0.3").Judge(threeTenths, Direction.Lower).ShouldBe(KpiStatus.Met);
        Some.Target("> 0.3", tolerance: "0.01").Judge(threeTenths, Direction.Higher).ShouldBe(KpiStatus.AtRisk);
        Some.Target(">= 0.7").Judge(1 - 0.3 + 1e-17, Direction.Higher).ShouldBe(KpiStatus.Met);
        Some.Target(">= 0.95", tolerance: "0.05").Judge(0.8999999999999999, Direction.Higher).ShouldBe(KpiStatus.AtRisk);
        Some.Target("<= 1").Judge(1 + 1e-9, Direction.Lower).ShouldBe(KpiStatus.Missed); // no noise
    }

    [Theory]
    [InlineData(double.PositiveInfinity, KpiStatus.Missed)]
    [InlineData(double.MaxValue, KpiStatus.Missed)]
    [InlineData(double.NegativeInfinity, KpiStatus.Met)]
    public void Values_beyond_decimal_are_judged(double value, KpiStatus status) =>
        Some.Target("<= 1").Judge(value, Direction.Lower).ShouldBe(status);

    [Fact]
    public void Not_a_number_is_no_value() =>
        Should.Throw<ArgumentException>(() => Some.Target("<= 1").Judge(double.NaN, Direction.Lower)).Message.ShouldBe(
            "NaN is not a KPI value. Use null where nothing is known. (Parameter 'value')");

    [Theory]
    [InlineData(0.73, 0.70, Direction.Higher, "0.02", KpiStatus.Improved)]
    [InlineData(0.72, 0.70, Direction.Higher, "0.02", KpiStatus.Steady)] // 0.72 - 0.70 is 0.020000000000000018 in binary
    [InlineData(0.68, 0.70, Direction.Higher, "0.02", KpiStatus.Steady)]
    [InlineData(0.67, 0.70, Direction.Higher, "0.02", KpiStatus.Worsened)]
    [InlineData(110.0, 100.0, Direction.Lower, "10 %", KpiStatus.Steady)]
    [InlineData(111.0, 100.0, Direction.Lower, "10 %", KpiStatus.Worsened)]
    [InlineData(89.0, 100.0, Direction.Lower, "10 %", KpiStatus.Improved)]
    [InlineData(0.0, 0.0, Direction.Lower, "10 %", KpiStatus.Steady)]
    [InlineData(1.0, 0.0, Direction.Lower, "10 %", KpiStatus.Worsened)]
    [InlineData(null, 100.0, Direction.Lower, "10 %", KpiStatus.NoData)]
    [InlineData(100.0, null, Direction.Lower, "10 %", KpiStatus.NoData)]
    public void Without_a_target_the_period_before_is_the_measure(
        double? value, double? previous, Direction better, string tolerance, KpiStatus status) =>
        Target.TrendStatus(value, previous, better, Tolerance.Parse(tolerance)).ShouldBe(status);

    [Fact]
    public void A_target_that_contradicts_its_kpi_says_so()
    {
        Some.Target(">= 0.8", stretch: 0.9).Fault(Direction.Higher).ShouldBeNull();
        Some.Target("= 1").Fault(Direction.Lower).ShouldBeNull();
        Some.Target(">= 0.8").Fault(Direction.Lower).ShouldBe(
            "The target '>= 0.8' asks for higher values, but lower ones are better for this KPI. "
            + "Turn the operator round, or correct 'better'.");
        Some.Target("<= 21", stretch: 30).Fault(Direction.Lower).ShouldBe(
            "The stretch 30 is worse than the target '<= 21'. Give a stretch that is at most the target.");
        (Some.Target("= 1") with { Tier = 3 }).Fault(Direction.Higher).ShouldBe(
            "Tier 3 does not exist. Use 0, 1 or 2, or leave it out for all.");
    }
}
