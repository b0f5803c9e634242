using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class VoluntaryAttritionTests
{
    private const string Kpi = "voluntary_attrition";

    [Fact]
    public async Task Twelve_times_the_leavers_over_the_mean_headcounts_of_the_months_that_begin_in_the_period()
    {
        await using var example = await Example.OfAsync("""
            # teams
            team,domain
            a,sales
            b,sales
            # team_months
            month,team,headcount_start,headcount_end,voluntary_leavers,growth_plans,engagement_score,engagement_scale_max
            2026-03,a,10,10,5,,,
            2026-04,a,10,9,1,8,7,10
            2026-05,a,9,10,0,10,,
            2026-06,b,20,20,0,10,4,5
            2026-06,a,10,,1,,1,
            2026-05,b,20,20,,,,
            2026-07,a,10,10,5,,,
            """, zone: "Europe/Berlin");

        // 12 × 1 over 9.5 + 9.5 + 20. June of a has no headcount at its end, May of b does not say how many left.
        var row = await example.TotalAsync(Kpi);
        row.ShouldBeRatio(12, 39);
        (row.N, row.Excluded, row.Lower).ShouldBe((3, 2, null));
        (await example.ByAsync(Kpi, Dimension.Team))["a"].ShouldBeRatio(12, 19);
        (await example.ByAsync(Kpi, Dimension.Domain))["sales"].ShouldBeRatio(12, 39);
        (await example.TotalAsync(Kpi, "2026-04")).ShouldBeRatio(12, 9.5m);

        // Plans: 8 of 9, 10 of 10, 10 of 20. Engagement: 7 of 10 is 1 + 4 × 6/9 = 3⅔, and 4.
        (await example.TotalAsync("growth_plan_coverage")).ShouldBeRatio(28, 39);
        var engagement = await example.TotalAsync("engagement");
        engagement.Value!.Value.ShouldBe((11 / 3d + 4) / 2, 1e-12);
        (engagement.N, engagement.Excluded).ShouldBe((2, 1));
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("0.15")]
    public void The_target_is_the_norm_that_is_set(string norm)
    {
        var library = KpiLibrary.Load(
            Path.Combine(Repository.Root, "queries", "kpis"),
            new ReportingSettings { AttritionNorm = decimal.Parse(norm, System.Globalization.CultureInfo.InvariantCulture) });

        library[Kpi].Targets.Single().Value.ToString().ShouldBe($"< {norm}");
    }

    [Theory]
    [InlineData(121, KpiStatus.Met)]
    [InlineData(120, KpiStatus.AtRisk)]
    [InlineData(100, KpiStatus.AtRisk)]
    [InlineData(99, KpiStatus.Missed)]
    public async Task Below_the_norm_is_met_and_two_points_above_is_at_risk(int headcount, KpiStatus status)
    {
        await using var example = await Example.OfAsync(
            $"# team_months\nmonth,team,headcount_start,headcount_end,voluntary_leavers\n2026-04,a,{headcount},{headcount},1");

        (await example.TotalAsync(Kpi)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task A_month_that_arrives_later_is_counted_though_it_says_in_words_when_it_was()
    {
        await using var example = await Example.OfAsync(
            "# team_months\nmonth,team,headcount_start,headcount_end,voluntary_leavers\n2026-04,a,10,10,1");
        await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
        (await example.TotalAsync(Kpi)).ShouldBeRatio(12, 10);

        await example.ImportAsync("# team_months\nmonth,team,headcount_start,headcount_end,voluntary_leavers\n2026-05,a,10,10,0");

        await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
        (await example.TotalAsync(Kpi)).ShouldBeRatio(12, 20);
    }

    [Fact]
    public async Task A_month_that_is_none_is_rejected()
    {
        await using var example = await Example.OfAsync("# teams\nteam\na");

        var outcome = (await example.Database.ImportAsync(("team_months.csv", "month,team\n2026-13,a\n"))).Single();

        outcome.Report!.Rejections.Single().Reason.ShouldBe("month is \"2026-13\"; write it as 2026-07");
    }

    [Fact]
    public async Task A_period_of_days_is_refused_since_two_of_them_would_tell_a_person()
    {
        await using var example = await Example.OfAsync("# teams\nteam\na");

        (await Should.ThrowAsync<KpiException>(example.TotalAsync(Kpi, "2026-04-01/2026-05-01"))).Message
            .ShouldBe("voluntary_attrition is not defined over a range of days, as 2026-04-01/2026-05-01 is; it is by month, quarter, year.");
        await Should.ThrowAsync<KpiException>(example.EvidenceAsync(Kpi, "2026-04-02"));
    }
}
