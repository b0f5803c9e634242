using Metrics.Model;
using Metrics.Scorecards;

namespace Metrics.Tests.Scorecards;

public sealed class ScorecardComposerTests
{
    [Fact]
    public async Task Every_kpi_but_companions_is_on_it_with_its_tiers_and_eight_periods()
    {
        var scorecard = await new MadeUpPlatform().ComposeAsync();

        scorecard.Kpis.Select(kpi => kpi.Definition.Id)
            .ShouldBe(MadeUpKpis.All.Where(kpi => !kpi.Companion).Select(kpi => kpi.Id));
        var freshness = scorecard.Kpis[0];
        freshness.Tiers.Select(tier => tier.Label).ShouldBe(["Tier 0", "Tier 1", "Tier 2"]);
        freshness.Tiers[0].Trend.Select(point => point.Period.Text).ShouldBe(
            ["2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]);
        freshness.Tiers[0].Trend[^1].Value.ShouldBe(freshness.Tiers[0].Row.Value);
    }

    [Theory]
    [InlineData("2026-07", "2025-12")]
    [InlineData("2026-W27", "2026-W20")]
    [InlineData("2026", "2019")]
    [InlineData("2026-07-11/2026-07-21", "2026-05-02/2026-05-12")]
    public async Task A_trend_has_periods_of_the_same_length(string period, string first)
    {
        var scorecard = await new MadeUpPlatform { Period = period }.ComposeAsync();

        var trend = scorecard.Kpis[0].Total.Trend;
        trend.Count.ShouldBe(ScorecardComposer.TrendLength);
        trend[0].Period.Text.ShouldBe(first);
        trend[^1].Period.Text.ShouldBe(period);
        trend.ShouldAllBe(point => point.Value != null);
    }

    [Fact]
    public async Task A_period_without_a_row_is_a_point_without_a_value()
    {
        var platform = new MadeUpPlatform { Knows = (_, period) => period.Text != "2025-Q2" };

        var trend = (await platform.ComposeAsync()).Kpis[0].Tiers[1].Trend;

        trend.Where(point => point.Value is null).Select(point => point.Period.Text).ShouldBe(["2025-Q2"]);
    }

    [Fact]
    public async Task A_kpi_that_does_not_exist_at_this_grain_is_asked_for_no_trend()
    {
        var quarterly = MadeUpKpis.All[0] with { Grains = [Grain.Quarter, Grain.Year] };
        var platform = new MadeUpPlatform
        {
            Period = "2026-05",
            Definitions = [quarterly, MadeUpKpis.All[1]],
            Adjust = row => row.Kpi != quarterly ? row : row with { Status = KpiStatus.NotDefined, Value = null, Reason = "Ask for quarters." },
        };

        var kpi = (await platform.ComposeAsync()).Kpis[0];

        kpi.Status.ShouldBe(KpiStatus.NotDefined);
        kpi.Tiers.ShouldBeEmpty();
        kpi.Total.Trend.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reliability_is_told_in_its_order_with_teams_by_tier_and_datasets()
    {
        var section = (await new MadeUpPlatform().ComposeAsync()).Sections[0];

        section.Kpis.Select(detail => detail.Kpi.Definition.Id).ShouldBe(
            ["freshness_adherence", "pipeline_success_rate", "incident_rate", "mttr_sev1", "mttr_sev2", "postmortem_action_closure"]);
        var teams = section.Kpis[0].Teams.ShouldNotBeNull();
        teams.Teams.Select(team => team.Team).ShouldBe(
            ["commerce", "customer-data", "finance-data", "ingestion", "ml-platform", "operations"]);
        teams.Tiers.ShouldBe([0, 1, 2]);
        teams.Teams[0].Tiers[0].Group[Dimension.Tier].ShouldBe("0");
        teams.Unattributed.ShouldBe(0.021);
        section.Kpis[0].Datasets.ShouldNotBeNull().Count.ShouldBe(60);
    }

    [Fact]
    public async Task Open_incidents_are_worst_and_oldest_first_with_their_age_at_the_end_of_the_period()
    {
        var open = (await new MadeUpPlatform().ComposeAsync()).Sections[0].OpenIncidents.ShouldNotBeNull();

        open.Select(incident => (incident.Severity, incident.Key)).ShouldBe([("1", "INC-318"), ("2", "INC-311"), ("3", "INC-297")]);
        open[0].Age.ShouldBe(new TimeSpan(18, 20, 0));
    }

    [Fact]
    public async Task In_a_period_that_is_not_over_they_age_until_now()
    {
        var platform = new MadeUpPlatform { AsOf = new DateTimeOffset(2026, 6, 30, 6, 40, 0, TimeSpan.Zero) };

        var scorecard = await platform.ComposeAsync();

        scorecard.Partial.ShouldBeTrue();
        scorecard.Sections[0].OpenIncidents![0].Age.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Without_a_kpi_of_open_incidents_nothing_is_said_of_them()
    {
        var platform = new MadeUpPlatform { Definitions = [.. MadeUpKpis.All.Where(kpi => kpi.Id != "open_incidents")] };

        (await platform.ComposeAsync()).Sections[0].OpenIncidents.ShouldBeNull();
    }

    [Fact]
    public async Task Companions_stand_beside_their_kpi()
    {
        var success = (await new MadeUpPlatform().ComposeAsync()).Kpis.Single(kpi => kpi.Definition.Id == "pipeline_success_rate");

        success.Companions.Single().Kpi.Id.ShouldBe("pipeline_eventual_success");
    }

    [Fact]
    public async Task A_platform_without_kpis_or_data_has_a_scorecard()
    {
        (await new MadeUpPlatform { Definitions = [] }.ComposeAsync()).Highlights.Headline.ShouldBe("No KPI has a target in 2026-Q2.");
        (await new MadeUpPlatform { Knows = (_, _) => false }.ComposeAsync()).Kpis.ShouldAllBe(kpi => kpi.Status == KpiStatus.NoData);
    }
}
