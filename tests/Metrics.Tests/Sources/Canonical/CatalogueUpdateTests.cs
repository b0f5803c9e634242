using Metrics.Model;
using Metrics.Sources.Canonical;
using Metrics.Storage;
using Metrics.Storage.Catalogue;
using Metrics.Storage.Ingestion;
using Metrics.Tests.Kpis;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Sources.Canonical;

public sealed class CatalogueUpdateTests
{
    private const string Sev1InMayAndAugust =
        """
        # datasets
        dataset,tier
        orders,2
        # incidents
        incident_id,severity,status,datasets,started_at,resolved_at
        i1,1,resolved,orders,2026-05-04T00:00:00Z,2026-05-04T05:00:00Z
        i2,1,resolved,orders,2026-08-04T00:00:00Z,2026-08-04T05:00:00Z
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_promotion_holds_from_when_it_is_applied_and_leaves_last_quarter_alone()
    {
        await using var example = await Example.OfAsync(Sev1InMayAndAugust, now: "2026-04-01T00:00:00Z");
        await ApplyAsync(example, "datasets: { orders: { tier: 1 } }");
        example.Database.Clock = new FixedClock("2026-07-01T00:00:00Z");

        var changes = await ApplyAsync(example, "datasets: { orders: { tier: 0 } }", by: "ben", reason: "critical now");

        changes.ShouldHaveSingleItem().Attributes.ShouldBe([("tier", "1", "0")]);
        var logged = (await new AuditLog(example.Database.Application).ListAsync(1, Cancellation)).ShouldHaveSingleItem();
        (logged.By, logged.Action).ShouldBe(("ben", "catalogue.applied"));
        logged.Detail.ShouldContain("""{"changed": 1, "changes": ["dataset orders: tier 1 -> 0"]""".TrimStart('{'));
        example.Database.Clock = new FixedClock("2026-11-01T00:00:00Z");
        (await example.ByAsync("mttr_sev1", Dimension.Tier, "2026-Q2"))["1"].N.ShouldBe(1);
        (await example.ByAsync("mttr_sev1", Dimension.Tier, "2026-Q3"))["0"].N.ShouldBe(1);
        var history = await CatalogueLog.OfAsync(example.Database.Application, "orders", Cancellation);
        history.Select(h => (h.Attributes["tier"], h.From?.Month, h.Source, h.BroughtBy, h.Reason)).ShouldBe(
            [("1", null, "catalog", "ada", null), ("0", 7, "catalog", "ben", "critical now")]);
    }

    [Fact]
    public async Task Applying_twice_changes_nothing_and_a_diff_applies_nothing()
    {
        await using var example = await Example.OfAsync(Sev1InMayAndAugust);
        const string file = "teams: { sales: { name: Sales } }\ndatasets: { orders: { tier: 0, freshness_max_age: PT2H, required_checks: [schema] } }";

        (await Update(example).DiffAsync(CatalogueFile.Read("c", file), Cancellation)).Count.ShouldBe(2);
        (await ApplyAsync(example, file)).Select(c => (c.Entity, c.Id)).ShouldBe([("team", "sales"), ("dataset", "orders")]);
        (await ApplyAsync(example, file)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_files_applied_at_once_one_is_in_force_whole()
    {
        await using var example = await Example.OfAsync(Sev1InMayAndAugust);
        example.Database.Clock = TimeProvider.System;

        await Task.WhenAll(Enumerable.Range(1, 6).Select(i => ApplyAsync(example, $"teams: {{ team{i}: {{ name: Team {i} }} }}")));

        var left = await Task.WhenAll(Enumerable.Range(1, 6).Select(async i =>
            (await Update(example).DiffAsync(CatalogueFile.Read("c", $"teams: {{ team{i}: {{ name: Team {i} }} }}"), Cancellation)).Count));
        left.Order().ToArray().ShouldBe([0, 2, 2, 2, 2, 2], "one team is in force; to apply another adds one and takes one away");
    }

    [Fact]
    public async Task What_a_file_no_longer_names_is_left_to_the_other_sources()
    {
        await using var example = await Example.OfAsync(Sev1InMayAndAugust, now: "2026-04-01T00:00:00Z");
        await ApplyAsync(example, "datasets: { orders: { tier: 0 } }");
        example.Database.Clock = new FixedClock("2026-07-01T00:00:00Z");

        (await ApplyAsync(example, "datasets: {}")).ShouldHaveSingleItem().After.ShouldBeNull();

        example.Database.Clock = new FixedClock("2026-11-01T00:00:00Z");
        (await example.ByAsync("mttr_sev1", Dimension.Tier, "2026-Q2"))["0"].N.ShouldBe(1);
        (await example.ByAsync("mttr_sev1", Dimension.Tier, "2026-Q3"))["2"].N.ShouldBe(1, "the canonical file still says Tier 2");
    }

    private static CatalogueUpdate Update(Example example) =>
        new(example.Database.Application, new Ingest(example.Database.Application, example.Database.Clock, ["catalog", "canonical"]), example.Database.Clock);

    private static Task<IReadOnlyList<CatalogueChange>> ApplyAsync(Example example, string file, string by = "ada", string? reason = null) =>
        Update(example).ApplyAsync("catalogue.yaml", file, CatalogueFile.Read("catalogue.yaml", file), by, reason, Cancellation);
}
