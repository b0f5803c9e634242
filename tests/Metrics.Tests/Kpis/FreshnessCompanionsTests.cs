using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class FreshnessCompanionsTests
{
    private const string Met = "datasets_meeting_freshness";

    /// <summary>Ten days of June. a is fresh on all of them, b on nine of ten, c never again; d promises nothing.</summary>
    private const string Records = """
        # datasets
        dataset,valid_from,tier,freshness_max_age
        a,,0,P20D
        b,,2,PT24H
        c,,1,PT1H
        d,,0,
        e,,1,PT1H
        f,,,P20D
        # run_outputs
        pipeline,run_id,attempt,dataset,state,ended_at
        p,1,1,a,success,2026-05-31T00:00:00Z
        p,1,1,c,success,2026-05-31T00:00:00Z
        p,1,1,d,success,2026-05-31T00:00:00Z
        p,1,1,f,success,2026-05-31T00:00:00Z
        p,2,1,e,failed,2026-05-31T00:00:00Z
        p,0,1,b,success,2026-05-31T00:00:00Z

        """;

    [Fact]
    public async Task Each_dataset_is_judged_on_its_own_adherence_against_the_target_of_its_tier()
    {
        var loads = string.Join('\n', Enumerable.Range(1, 10).Where(d => d != 5).Select(d => $"p,d{d},1,b,success,2026-06-{d:00}T00:00:00Z"));
        await using var example = await Example.OfAsync(Records + loads);
        const string period = "2026-06-01/2026-06-11";

        // b: nine of ten days is 0.9, and Tier 2 asks for more than that. f has no tier and so no target.
        (await example.ByAsync("freshness_adherence", Dimension.Dataset, period))["b"].Value!.Value.ShouldBe(0.9, 1e-12);
        var row = await example.TotalAsync(Met, period);
        row.ShouldBeRatio(1, 3);
        (row.N, row.Excluded, row.Status, row.Lower).ShouldBe((3, 1, KpiStatus.NoTarget, null));
        var byTier = await example.ByAsync(Met, Dimension.Tier, period);
        (byTier["0"].Value, byTier["1"].Value, byTier["2"].Value).ShouldBe((1, 0, 0));

        // A period later and b meets it, judged over that period.
        (await example.ByAsync(Met, Dimension.Tier, "2026-06-06/2026-06-11"))["2"].Value.ShouldBe(1);
        var evidence = await example.EvidenceAsync(Met, period);
        evidence.Where(o => o.Excluded is null).ToDictionary(o => o.Cell.Datasets[0], o => o.Numerator)
            .ShouldBe(new Dictionary<string, decimal?> { ["a"] = 1, ["b"] = 0, ["c"] = 0 }, ignoreOrder: true);
        evidence.Single(o => o.Cell.Datasets[0] == "b").Note.ShouldBe("freshness_adherence 0.9, target > 0.9");
    }

    [Fact]
    public async Task A_target_that_has_never_been_met_by_any_load_is_counted_at_the_end()
    {
        await using var example = await Example.OfAsync(Records);

        var row = await example.TotalAsync("datasets_never_loaded");

        // Of a, b, c, e and f only e, whose one run failed; d promises nothing.
        (row.Value, row.N).ShouldBe((1, 5));
        (await example.EvidenceAsync("datasets_never_loaded")).Single(o => o.Numerator == 1).Note.ShouldBe("never loaded");
        (await example.TotalAsync("datasets_never_loaded", "2026-05-30")).Value.ShouldBe(5);
    }

    [Fact]
    public async Task A_share_of_time_has_no_interval_even_where_every_day_is_all_or_nothing()
    {
        await using var example = await Example.OfAsync(Records);

        var row = (await example.ByAsync("freshness_adherence", Dimension.Dataset))["a"];

        (row.Lower, row.Upper).ShouldBe((null, null));
    }

    [Fact]
    public async Task Open_incidents_are_counted_and_0_where_a_file_vouches_for_it()
    {
        await using var example = await Example.OfAsync("""
            # incidents
            incident_id,severity,status,started_at,resolved_at
            i1,1,open,2026-06-01T00:00:00Z,
            i2,2,resolved,2026-06-01T00:00:00Z,2026-07-01T00:00:00Z
            i3,2,resolved,2026-06-01T00:00:00Z,2026-06-30T00:00:00Z
            """);

        (await example.TotalAsync("open_incidents")).Value.ShouldBe(2);
        (await example.TotalAsync("open_incidents", "2026-Q1")).Value.ShouldBe(0);
    }
}
