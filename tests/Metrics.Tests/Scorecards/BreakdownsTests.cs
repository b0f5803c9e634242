using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards;
using static Metrics.Tests.Scorecards.SomeFigures;

namespace Metrics.Tests.Scorecards;

public sealed class BreakdownsTests
{
    private static readonly KpiDefinition Success = Definition("success");

    [Fact]
    public void The_three_worst_and_the_three_best_are_ranked()
    {
        var ranking = Ranking(Success, [.. Enumerable.Range(1, 20).Select(i => Dataset(Success, $"d{i:00}", i / 20.0))]);

        Names(ranking.Worst).ShouldBe(["d01", "d02", "d03"]);
        Names(ranking.Best).ShouldBe(["d20", "d19", "d18"]);
        ranking.Count.ShouldBe(20);
    }

    [Fact]
    public void Nobody_is_both_best_and_worst()
    {
        var ranking = Ranking(Success, [.. Enumerable.Range(1, 5).Select(i => Dataset(Success, $"d{i}", i))]);

        Names(ranking.Worst).ShouldBe(["d1", "d2", "d3"]);
        Names(ranking.Best).ShouldBe(["d5", "d4"]);
    }

    [Fact]
    public void Of_equal_values_the_one_with_more_observations_comes_first_then_the_name()
    {
        var ranking = Ranking(
            Success,
            [
                Dataset(Success, "b", 0.5), Dataset(Success, "a", 0.5), Dataset(Success, "c", 0.5, n: 99), Dataset(Success, "z", 1),
            ]);

        Names(ranking.Worst).ShouldBe(["c", "a", "b"]);
    }

    [Fact]
    public void Without_a_difference_there_is_no_best_and_worst()
    {
        var ranking = Ranking(Success, [Dataset(Success, "a", 1), Dataset(Success, "b", 1)]);

        (ranking.Level, ranking.Count, ranking.Worst.Count, ranking.Best.Count).ShouldBe((1, 2, 0, 0));
    }

    [Fact]
    public void Counts_have_no_best_datasets_since_those_without_a_record_have_no_row()
    {
        var incidents = MadeUpKpis.Kpi("i", "i", KpiKind.Rate, Units.PerMonth, Direction.Lower, "0");
        var ranking = Ranking(incidents, [.. Enumerable.Range(1, 9).Select(i => Dataset(incidents, $"d{i}", i))]);

        Names(ranking.Worst).ShouldBe(["d9", "d8", "d7"]);
        ranking.Best.ShouldBeEmpty();
    }

    [Fact]
    public void Too_few_observations_are_not_ranked() =>
        Breakdowns.ByDataset(Success, [Dataset(Success, "a", 0.1, status: KpiStatus.InsufficientData), Dataset(Success, "b", null)])
            .ShouldBeNull();

    [Fact]
    public void Of_many_teams_the_worst_are_shown_by_name_and_the_others_counted()
    {
        var rows = Enumerable.Range(1, 40).Select(i => Row(Success, Dimension.Team, $"t{i:00}", i / 40.0)).ToList();

        var teams = Breakdowns.ByTeam(Success, rows, []).ShouldNotBeNull();

        teams.Teams.Select(t => t.Team).ShouldBe(Enumerable.Range(1, 15).Select(i => $"t{i:00}"));
        teams.Left.ShouldBe(25);
    }

    [Fact]
    public void Services_are_those_that_moved_most_and_others_are_by_name()
    {
        var rows = Enumerable.Range(1, 10).Select(i => Row(Success, Dimension.Service, $"s{i:00}", i) with { Previous = i - (i % 2 == 0 ? i : -i) }).ToList();

        var services = Breakdowns.ByOther(Dimension.Service, rows).ShouldNotBeNull();

        services.Rows.Select(r => r.Group[Dimension.Service]).ShouldBe(["s10", "s09", "s08", "s07", "s06", "s05", "s04", "s03"]);
        services.Left.ShouldBe(2);
        Breakdowns.ByOther(Dimension.Measure, rows.Select(r => Row(Success, Dimension.Measure, r.Group[Dimension.Service]!, 1))).ShouldNotBeNull()
            .Rows[0].Group[Dimension.Measure].ShouldBe("s01");
        Breakdowns.ByOther(Dimension.Measure, [Row(Success, Dimension.Measure, "credits", null)]).ShouldBeNull();
    }

    private static KpiRow Row(KpiDefinition kpi, Dimension by, string name, double? value) => new(kpi, Quarter)
    {
        Group = new Dictionary<Dimension, string?> { [by] = name },
        Value = value,
        N = 10,
        Status = KpiStatus.NoTarget,
    };

    private static DatasetRanking Ranking(KpiDefinition kpi, IReadOnlyList<KpiRow> rows) =>
        Breakdowns.ByDataset(kpi, rows).ShouldNotBeNull();

    private static IEnumerable<string?> Names(IEnumerable<KpiRow> rows) => rows.Select(row => row.Group[Dimension.Dataset]);
}
