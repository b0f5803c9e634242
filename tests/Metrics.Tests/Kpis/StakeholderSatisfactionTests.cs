using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class StakeholderSatisfactionTests
{
    private const string Kpi = "stakeholder_satisfaction";

    [Fact]
    public async Task Rescaled_survey_scores_lie_between_1_and_5_whatever_their_scale()
    {
        await using var example = await Example.OfAsync("""
            # survey_responses
            survey,response_id,responded_at,score,scale_max
            s,r1,2026-04-01T00:00:00Z,1,10
            s,r2,2026-05-01T00:00:00Z,10,10
            s,r3,2026-05-01T00:00:00Z,5.5,10
            s,r4,2026-05-01T00:00:00Z,4,5
            s,r5,2026-06-30T23:59:59Z,6,7
            s,r6,2026-07-01T00:00:00Z,1,5
            s,r7,2026-05-01T00:00:00Z,,5
            s,r8,2026-05-01T00:00:00Z,3,
            s,r9,2026-05-01T00:00:00Z,1,1
            """);

        // 1, 5, 3, 4 and 1 + 4 × 5/6 = 4⅓ of five answers; r6 is of the next quarter.
        var row = await example.TotalAsync(Kpi);
        row.Value!.Value.ShouldBe((1 + 5 + 3 + 4 + 13 / 3d) / 5, 1e-12);
        (row.N, row.Excluded, row.Status).ShouldBe((5, 3, KpiStatus.Missed));

        // A t-interval of these five reaches beyond the scale; no mean does.
        row.Lower!.Value.ShouldBe(1.534, 1e-3);
        row.Upper.ShouldBe(5);
    }

    [Theory]
    [InlineData("5,4,4,4,4", KpiStatus.Met)]
    [InlineData("4,4,4,4,4", KpiStatus.AtRisk)]
    [InlineData("4,4,4,4,3", KpiStatus.Missed)]
    public async Task The_target_is_4_2_and_two_tenths_below_is_at_risk(string scores, KpiStatus status)
    {
        await using var example = await Example.OfAsync(
            "# survey_responses\nsurvey,response_id,responded_at,score,scale_max\n"
            + string.Join('\n', scores.Split(',').Select((s, i) => $"s,r{i},2026-05-01T00:00:00Z,{s},5")));

        (await example.TotalAsync(Kpi)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Fewer_than_five_answers_are_shown_as_insufficient_and_no_group_of_them_is_shown()
    {
        await using var example = await Example.OfAsync(
            """
            # survey_responses
            survey,response_id,responded_at,stakeholder_group,team,score,scale_max
            s,r1,2026-05-01T00:00:00Z,finance,a,5,5
            s,r2,2026-05-01T00:00:00Z,finance,a,4,5
            s,r3,2026-05-01T00:00:00Z,sales,b,3,5
            """);

        var total = await example.TotalAsync(Kpi);
        (total.Value, total.N, total.Status, total.Reason).ShouldBe((4, 3, KpiStatus.InsufficientData, "3 of at least 5 observations."));
        foreach (var by in (Dimension[])[Dimension.Team, Dimension.StakeholderGroup])
            (await example.ByAsync(Kpi, by)).Values.ShouldAllBe(r => r.Suppressed && r.Value == null);
        (await example.EvidenceAsync(Kpi)).ShouldAllBe(o => o.Value == null && o.Record == null);
    }

    [Fact]
    public async Task Surveys_without_responses_are_not_in_the_response_rate()
    {
        await using var example = await Example.OfAsync("""
            # survey_invitations
            survey,sent_at,invited,team
            s1,2026-03-20T00:00:00Z,20,a
            s2,2026-05-01T00:00:00Z,10,a
            s3,2026-05-01T00:00:00Z,100,a
            # survey_responses
            survey,response_id,responded_at,score,scale_max
            s1,r1,2026-03-31T00:00:00Z,5,5
            s1,r2,2026-04-01T00:00:00Z,5,5
            s1,r3,2026-04-01T00:00:00Z,5,5
            s1,r4,2026-04-01T00:00:00Z,5,5
            s1,r5,2026-04-01T00:00:00Z,5,5
            s2,r1,2026-05-01T00:00:00Z,5,5
            s2,r2,2026-05-01T00:00:00Z,5,5
            s2,r3,2026-05-02T00:00:00Z,5,5
            s2,r4,2026-05-02T00:00:00Z,5,5
            s2,r5,2026-05-02T00:00:00Z,,5
            s2,r6,2026-05-02T00:00:00Z,2,5
            s4,r1,2026-05-02T00:00:00Z,2,5
            """);

        // s1 began in the quarter before and counts there, once, with all its answers. Nobody has answered s3; s4 has no invitation.
        var row = await example.TotalAsync("survey_response_rate");
        row.ShouldBeRatio(6, 10);
        (row.N, row.Excluded, row.Lower).ShouldBe((1, 1, null));
        (await example.TotalAsync("survey_response_rate", "2026-Q1")).ShouldBeRatio(5, 20);
        (await example.TotalAsync("survey_response_rate", "2026")).ShouldBeRatio(11, 30);
    }

    [Fact]
    public async Task An_answer_that_comes_later_counts_where_its_survey_does()
    {
        await using var example = await Example.OfAsync("""
            # survey_invitations
            survey,invited
            s1,20
            # survey_responses
            survey,response_id,responded_at
            s1,r1,2026-06-29T00:00:00Z
            s1,r2,2026-06-29T00:00:00Z
            s1,r3,2026-06-29T00:00:00Z
            s1,r4,2026-06-29T00:00:00Z
            s1,r5,2026-06-29T00:00:00Z
            """);
        await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
        (await example.TotalAsync("survey_response_rate")).ShouldBeRatio(5, 20);

        await example.ImportAsync("# survey_responses\nsurvey,response_id,responded_at\ns1,r6,2026-08-01T00:00:00Z");

        await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
        (await example.TotalAsync("survey_response_rate")).ShouldBeRatio(6, 20);
    }
}
