using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class PullRequestCycleTimeTests
{
    private const string Kpi = "pr_cycle_time";

    [Fact]
    public async Task The_median_runs_from_ready_for_review_to_merged_in_days()
    {
        await using var example = await Example.OfAsync("""
            # pull_requests
            repository,number,draft_until,opened_at,merged_at
            core,1,,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z
            core,2,2026-05-05T12:00:00Z,2026-05-01T00:00:00Z,2026-05-06T00:00:00Z
            core,3,,2026-05-01T00:00:00Z,2026-05-11T00:00:00Z
            core,4,,2026-05-01T00:00:00Z,2026-05-05T00:00:00Z
            """);

        // 1, 0.5, 10 and 4 days: (1 + 4) / 2.
        var row = await example.TotalAsync(Kpi);
        (row.Value, row.Numerator, row.Denominator, row.N).ShouldBe((2.5, null, null, 4));
    }

    [Fact]
    public async Task Bots_other_code_and_what_was_never_merged_are_left_out()
    {
        await using var example = await Example.OfAsync("""
            # pull_requests
            repository,number,author_is_bot,is_data_code,draft_until,opened_at,merged_at
            core,1,,,,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z
            core,2,true,,,2026-05-01T00:00:00Z,2026-05-03T00:00:00Z
            core,3,false,false,,2026-05-01T00:00:00Z,2026-05-04T00:00:00Z
            core,4,false,true,,2026-05-01T00:00:00Z,2026-05-05T00:00:00Z
            core,5,,,,2026-05-01T00:00:00Z,
            core,6,,,2026-05-09T00:00:00Z,2026-05-01T00:00:00Z,2026-05-06T00:00:00Z
            core,7,,,,,2026-05-07T00:00:00Z
            core,1,,,,2026-05-01T00:00:00Z,2026-05-08T00:00:00Z
            """);

        // The last row of a key wins: number 1 took 7 days, number 4 took 4.
        (await example.TotalAsync(Kpi)).Value.ShouldBe(5.5);
        (await example.EvidenceAsync(Kpi)).Where(o => o.Excluded is not null).Select(o => (o.Record!.Key, o.Excluded)).ShouldBe(
        [
            ("core/2", "author is a bot"),
            ("core/3", "not data code"),
            ("core/6", "draft_until 2026-05-09 00:00:00 UTC lies after merged_at 2026-05-06 00:00:00 UTC"),
            ("core/7", "no opening time"),
        ]);
    }

    [Fact]
    public async Task A_pull_request_is_placed_by_its_merge_and_has_a_team_but_no_tier()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier
            orders,0
            # pull_requests
            repository,number,team,opened_at,merged_at
            core,1,crm,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z
            core,2,,2026-06-01T00:00:00Z,2026-06-30T23:59:59.999999Z
            core,3,crm,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z
            """);

        (await example.ByAsync(Kpi, Dimension.Team)).ToDictionary(r => r.Key, r => r.Value.N)
            .ShouldBe(new Dictionary<string, long> { ["crm"] = 1, [""] = 1 }, ignoreOrder: true);
        var byTier = await example.ByAsync(Kpi, Dimension.Tier);
        (byTier["0"].Status, byTier[""].N, byTier[""].Unattributed).ShouldBe((KpiStatus.NoData, 2, 1));
    }

    [Fact]
    public async Task Fewer_than_three_are_shown_but_not_judged()
    {
        await using var example = await Example.OfAsync("""
            # pull_requests
            repository,number,opened_at,merged_at
            core,1,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z
            core,2,2026-05-01T00:00:00Z,2026-05-04T00:00:00Z
            """);

        var row = await example.TotalAsync(Kpi);

        (row.Value, row.Status, row.Reason).ShouldBe((2, KpiStatus.InsufficientData, "2 of at least 3 observations."));
    }

    [Fact]
    public async Task Beside_it_stands_the_time_to_the_first_review_of_the_same_pull_requests()
    {
        await using var example = await Example.OfAsync("""
            # pull_requests
            repository,number,author_is_bot,is_data_code,draft_until,opened_at,first_review_at,merged_at
            core,1,,,,2026-05-01T00:00:00Z,2026-05-01T12:00:00Z,2026-05-09T00:00:00Z
            core,2,,,2026-05-03T00:00:00Z,2026-05-01T00:00:00Z,2026-05-05T00:00:00Z,2026-05-09T00:00:00Z
            core,3,,,2026-05-03T00:00:00Z,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z,2026-05-09T00:00:00Z
            core,4,true,,,2026-05-01T00:00:00Z,2026-05-08T00:00:00Z,2026-05-09T00:00:00Z
            core,5,,false,,2026-05-01T00:00:00Z,2026-05-08T00:00:00Z,2026-05-09T00:00:00Z
            core,6,,,,2026-05-01T00:00:00Z,,2026-05-09T00:00:00Z
            core,7,,,,2026-05-01T00:00:00Z,2026-05-10T00:00:00Z,2026-05-09T00:00:00Z
            core,8,,,,2026-05-01T00:00:00Z,2026-04-30T00:00:00Z,2026-05-09T00:00:00Z
            core,9,,,,2026-05-01T00:00:00Z,2026-05-02T00:00:00Z,2026-07-01T00:00:00Z
            """);

        // Half a day, two days, and none for the review of a draft.
        var row = await example.TotalAsync("time_to_first_review");
        (row.Value, row.N, row.Status).ShouldBe((0.5, 3, KpiStatus.NoTarget));
        (await example.EvidenceAsync("time_to_first_review")).Where(o => o.Excluded is null).Select(o => (o.Record!.Key, o.Value))
            .ShouldBe([("core/1", 0.5), ("core/2", 2), ("core/3", 0)]);
        (await example.LeftOutAsync("time_to_first_review")).ShouldBe(new Dictionary<string, string>
        {
            ["core/4"] = "author is a bot",
            ["core/5"] = "not data code",
            ["core/6"] = "merged without a review",
            ["core/7"] = "merged without a review",
            ["core/8"] = "first_review_at 2026-04-30 00:00:00 UTC lies before opened_at 2026-05-01 00:00:00 UTC",
        }, ignoreOrder: true);
    }
}
