using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class DocumentationCompletenessTests
{
    private const string Kpi = "documentation_completeness";

    [Fact]
    public async Task All_four_are_needed_and_each_missing_one_is_named()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier,team,freshness_max_age,freshness_deadline,sla_url,description,definition_url
            a,0,sales,PT2H,,,What it means,
            b,0,sales,,06:00,,,https://example.org/b
            c,1,sales,,,https://example.org/sla,What it means,
            d,1,,PT2H,,,What it means,
            e,1,sales,,,,What it means,
            f,1,sales,PT2H,,,,
            g,1,,,,,,
            h,2,,,,,,
            # lineage
            upstream,downstream
            a,b
            elsewhere,c
            d,d
            e,f
            """);

        // a, b and c have all; a and c by an edge in one direction each.
        var byTier = await example.ByAsync(Kpi, Dimension.Tier);
        byTier["0"].ShouldBeRatio(2, 2);
        byTier["1"].ShouldBeRatio(1, 5);
        byTier["2"].Status.ShouldBe(KpiStatus.NoTarget);
        (await example.EvidenceAsync(Kpi)).ToDictionary(o => o.Record!.Key, o => o.Note).ShouldBe(new Dictionary<string, string?>
        {
            ["a"] = null,
            ["b"] = null,
            ["c"] = null,
            ["d"] = "missing: owning team, lineage",
            ["e"] = "missing: freshness target or SLA link",
            ["f"] = "missing: description or definition link",
            ["g"] = "missing: owning team, freshness target or SLA link, description or definition link, lineage",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task An_edge_and_a_version_count_if_they_held_before_the_end()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier,team,sla_url,description
            a,,0,sales,https://example.org/sla,What it means
            b,,0,,,
            b,2026-06-30T23:59:59Z,0,sales,https://example.org/sla,What it means
            c,,0,sales,https://example.org/sla,What it means
            # lineage
            upstream,downstream,valid_from
            a,x,2026-07-01T00:00:00Z
            b,x,2026-06-30T23:59:59.999999Z
            c,x,
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(2, 3);
        (await example.TotalAsync(Kpi, "2026-07")).ShouldBeRatio(3, 3);
    }

    [Fact]
    public async Task An_edge_that_is_removed_today_held_last_quarter()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,tier,team,sla_url,description
            a,0,sales,https://example.org/sla,What it means
            # lineage
            upstream,downstream
            a,x
            """);
        await example.ImportAsync("""
            # lineage
            upstream,downstream,deleted,updated_at
            a,x,true,2026-11-21T12:00:01Z
            """);
        example.Database.Clock = new Storage.FixedClock("2026-11-30T00:00:00Z");

        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 1);
        (await example.TotalAsync(Kpi, "2026-11")).ShouldBeRatio(0, 1);
    }
}
