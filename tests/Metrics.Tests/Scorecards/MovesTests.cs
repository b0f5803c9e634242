using Metrics.Model;
using Metrics.Scorecards;
using static Metrics.Tests.Scorecards.SomeFigures;

namespace Metrics.Tests.Scorecards;

public sealed class MovesTests
{
    [Fact]
    public void Moves_of_different_units_compare_in_tolerances()
    {
        var success = Kpi(Definition("success", target: "> 0.97"), KpiStatus.Met, 0.98, 0.95); // 3 points of 1
        var restore = Kpi(
            Definition("restore", Units.Hours, Direction.Lower, "10 %", "< 4"), KpiStatus.Met, 2.4, 4.4); // 2 h of 0.4 h

        var moves = Moves.Better([success, restore]);

        moves.Select(move => (move.Kpi.Definition.Id, Math.Round(move.Size, 6))).ShouldBe([("restore", 5.0), ("success", 3.0)]);
        Moves.Worse([success, restore]).ShouldBeEmpty();
    }

    [Fact]
    public void Worse_is_up_where_lower_is_better()
    {
        var restore = Kpi(Definition("restore", Units.Hours, Direction.Lower, "10 %", "< 4"), KpiStatus.Missed, 6, 4);

        Moves.Worse([restore]).Single().Size.ShouldBe(-5, 1e-9);
        Moves.Better([restore]).ShouldBeEmpty();
    }

    [Fact]
    public void Less_than_a_quarter_of_the_tolerance_is_no_move()
    {
        Moves.Better([Kpi(Definition("a", target: "> 0.9"), KpiStatus.Met, 0.9524, 0.95)]).ShouldBeEmpty();
        Moves.Better([Kpi(Definition("a", target: "> 0.9"), KpiStatus.Met, 0.9525, 0.95)]).Count.ShouldBe(1);
    }

    [Fact]
    public void Five_are_shown_largest_first()
    {
        var kpis = Enumerable.Range(1, 8)
            .Select(i => Kpi(Definition($"k{i}", target: "> 0.5"), KpiStatus.Met, 0.5 + i * 0.01, 0.5))
            .ToList();

        Moves.Better(kpis).Select(move => move.Kpi.Definition.Id).ShouldBe(["k8", "k7", "k6", "k5", "k4"]);
    }

    [Fact]
    public void Without_a_target_the_tolerance_is_taken_of_the_value_before() =>
        Moves.Better([Kpi(Definition("a", Units.Score, tolerance: "5 %"), KpiStatus.Improved, 4.4, 4)])
            .Single().Size.ShouldBe(2, 1e-9);

    [Fact]
    public void Without_a_tolerance_a_tenth_of_the_value_before_counts_as_one() =>
        Moves.Better([Kpi(Definition("a", Units.Count, tolerance: "0"), KpiStatus.NoTarget, 30, 20)]).Single().Size.ShouldBe(5, 1e-9);

    [Theory]
    [InlineData(KpiStatus.InsufficientData)]
    [InlineData(KpiStatus.NoData)]
    public void What_rests_on_too_few_data_does_not_move(KpiStatus status) =>
        Moves.Better([Kpi(Definition("a", target: "> 0.9"), status, 0.99, 0.5)]).ShouldBeEmpty();

    [Fact]
    public void Nor_what_has_no_value_before() =>
        Moves.Better([Kpi(Definition("a", target: "> 0.9"), KpiStatus.Met, 0.99)]).ShouldBeEmpty();
}
