using Metrics.Model;
using Metrics.Scorecards;
using static Metrics.Tests.Scorecards.SomeFigures;

namespace Metrics.Tests.Scorecards;

public sealed class HeadlineTests
{
    [Fact]
    public void It_counts_who_meets_the_target_and_names_the_rest() =>
        Of(
            Kpi("a", KpiStatus.Met), Kpi("b", KpiStatus.Exceeded), Kpi("c", KpiStatus.AtRisk), Kpi("d", KpiStatus.Missed),
            Kpi("e", KpiStatus.Missed)).ShouldBe("2 of 5 KPIs meet their target; 1 at risk, 2 missed.");

    [Fact]
    public void All_is_said_as_all() =>
        Of(Kpi("a", KpiStatus.Met), Kpi("b", KpiStatus.Exceeded)).ShouldBe("All 2 KPIs meet their target.");

    [Fact]
    public void None_is_said_as_none() =>
        Of(Kpi("a", KpiStatus.Missed), Kpi("b", KpiStatus.AtRisk)).ShouldBe("None of 2 KPIs meets its target; 1 at risk, 1 missed.");

    [Fact]
    public void One_is_one() => Of(Kpi("a", KpiStatus.Met), Kpi("b", KpiStatus.Missed)).ShouldBe("1 of 2 KPIs meets its target; 1 missed.");

    [Fact]
    public void Unknown_is_never_green_and_is_said() =>
        Of(Kpi("a", KpiStatus.Met), Kpi("b", KpiStatus.NoData), Kpi("c", KpiStatus.InsufficientData))
            .ShouldBe("1 of 3 KPIs meets its target; 1 has too few data, 1 has no data.");

    [Fact]
    public void A_kpi_without_a_target_cannot_meet_it_and_is_not_counted() =>
        Of(Kpi("a", KpiStatus.Met), Kpi("b", KpiStatus.Improved, target: null)).ShouldBe("1 of 1 KPI meets its target.");

    [Fact]
    public void Nor_one_that_does_not_exist_for_the_period() =>
        Of(Kpi("a", KpiStatus.Met), Kpi("b", KpiStatus.NotDefined)).ShouldBe("1 of 1 KPI meets its target.");

    [Fact]
    public void Without_any_verdict_it_says_so()
    {
        Of(Kpi("a", KpiStatus.NoData)).ShouldBe("No KPI could be judged in 2026-Q2: there are no data, or too few.");
        Of().ShouldBe("No KPI has a target in 2026-Q2.");
    }

    [Fact]
    public void A_kpi_judged_by_tier_counts_with_its_worst_tier()
    {
        var kpi = Tiered("a", KpiStatus.Exceeded, KpiStatus.Missed, KpiStatus.Met);

        kpi.Status.ShouldBe(KpiStatus.Missed);
        Of(kpi).ShouldBe("None of 1 KPI meets its target; 1 missed.");
    }

    [Fact]
    public void A_tier_without_a_target_does_not_speak_for_the_kpi() =>
        Tiered("a", KpiStatus.Met, KpiStatus.Met, KpiStatus.NoTarget).Status.ShouldBe(KpiStatus.Met);

    [Fact]
    public void Every_status_that_occurs_has_a_sentence_best_first() =>
        Headline.Count([Kpi("a", KpiStatus.Missed), Kpi("b", KpiStatus.Met), Kpi("c", KpiStatus.Missed), Kpi("d", KpiStatus.NoData)])
            .Select(count => $"{count.Kpis.Count} {count.Sentence}")
            .ShouldBe(["1 meets its target: b.", "2 missed their target: a, c.", "1 has no data: d."]);

    private static string Of(params ScorecardKpi[] kpis) => Headline.Of(kpis, Quarter);
}
