using Metrics.Model;
using Metrics.Scorecards;
using static Metrics.Tests.Scorecards.SomeFigures;

namespace Metrics.Tests.Scorecards;

public sealed class StatusChangesTests
{
    [Theory]
    [InlineData(KpiStatus.Met, KpiStatus.AtRisk, ChangeKind.Worse)]
    [InlineData(KpiStatus.Exceeded, KpiStatus.Met, ChangeKind.Worse)]
    [InlineData(KpiStatus.Missed, KpiStatus.AtRisk, ChangeKind.Better)]
    [InlineData(KpiStatus.Met, KpiStatus.NoData, ChangeKind.Unclear)]
    [InlineData(KpiStatus.InsufficientData, KpiStatus.Missed, ChangeKind.Unclear)]
    public void A_verdict_gets_better_or_worse_and_from_or_to_silence_is_unclear(KpiStatus before, KpiStatus now, ChangeKind kind) =>
        StatusChanges.Of([Kpi("a", now, before)]).Single().Kind.ShouldBe(kind);

    [Theory]
    [InlineData(KpiStatus.Met, KpiStatus.Met)]
    [InlineData(KpiStatus.NoData, KpiStatus.NoTarget)]
    public void The_same_verdict_and_none_at_all_are_no_change(KpiStatus before, KpiStatus now) =>
        StatusChanges.Of([Kpi("a", now, before)]).ShouldBeEmpty();

    [Fact]
    public void Without_a_period_before_there_is_no_change() => StatusChanges.Of([Kpi("a", KpiStatus.Missed)]).ShouldBeEmpty();

    [Fact]
    public void A_trend_is_itself_a_change()
    {
        var changes = StatusChanges.Of(
            [Kpi("a", KpiStatus.Worsened, KpiStatus.Worsened, null), Kpi("b", KpiStatus.Improved, KpiStatus.Steady, null),
                Kpi("c", KpiStatus.Steady, KpiStatus.Improved, null)]);

        changes.Select(change => (change.Kpi.Definition.Id, change.Kind)).ShouldBe([("a", ChangeKind.Worse), ("b", ChangeKind.Better)]);
    }

    [Fact]
    public void Worse_comes_before_better() =>
        StatusChanges.Of([Kpi("a", KpiStatus.Met, KpiStatus.Missed), Kpi("b", KpiStatus.Missed, KpiStatus.Met)])
            .Select(change => change.Kpi.Definition.Id).ShouldBe(["b", "a"]);
}
