using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Charts;
using static Metrics.Tests.Scorecards.SomeFigures;

namespace Metrics.Tests.Scorecards.Charts;

public sealed class TrendPlotTests
{
    private static readonly PlotArea Area = new(40, 20, 160, 90);
    private static readonly KpiDefinition Success = Definition("success", target: "> 0.99");

    [Fact]
    public void A_period_without_a_value_leaves_a_gap()
    {
        var trend = Trend(0.98, 0.99, null, 0.97, null, null, 0.99, 1);

        Plot(trend).Runs.Select(run => run.Count).ShouldBe([2, 1, 2]);
    }

    [Fact]
    public void Nothing_known_draws_nothing()
    {
        Plot(Trend(null, null)).Runs.ShouldBeEmpty();
        Plot(Trend(null, null)).TargetSteps.Count.ShouldBe(1);
    }

    [Fact]
    public void Values_and_target_lie_inside_even_where_the_target_is_far_from_every_value()
    {
        var plot = Plot(Trend(0.4, 0.45, 0.5, 0.41));

        var points = plot.Runs.Concat(plot.TargetSteps).SelectMany(run => run).ToList();
        points.ShouldAllBe(point => point.X >= Area.Left && point.X <= Area.Right);
        points.ShouldAllBe(point => point.Y >= Area.Top && point.Y <= Area.Bottom);
    }

    [Fact]
    public void A_target_that_changed_is_drawn_in_steps()
    {
        var trend = Trend(0.98, 0.98, 0.98, 0.98);
        trend[2] = trend[2] with { Target = Success.Targets[0] with { Value = Threshold.Parse("> 0.95") } };
        trend[3] = trend[3] with { Target = null };

        var steps = Plot(trend).TargetSteps.Single();

        steps.Select(point => point.X).ShouldBe([40, 80, 80, 120, 120, 160]);
        steps[3].Y.ShouldBeLessThan(steps[4].Y);
    }

    [Fact]
    public void Higher_values_lie_higher()
    {
        var run = Plot(Trend(0.97, 0.98)).Runs.Single();

        run[1].Y.ShouldBeLessThan(run[0].Y);
    }

    private static TrendPlot Plot(IReadOnlyList<TrendPoint> trend) => new(trend, ValueAxis.Around(Success, trend), Area);

    private static List<TrendPoint> Trend(params double?[] values) =>
        [.. values.Select(value => new TrendPoint(Quarter, value, Success.Targets[0], KpiStatus.Met, false))];
}
