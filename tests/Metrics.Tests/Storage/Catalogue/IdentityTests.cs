using Metrics.Kpis;
using Metrics.Model;
using Metrics.Storage;
using Metrics.Storage.Catalogue;

namespace Metrics.Tests.Storage.Catalogue;

/// <summary>One dataset, one team, whatever a system calls it.</summary>
public sealed class IdentityTests : IAsyncLifetime
{
    private MetricsDatabase database = null!;

    private IdentityStore Identity => new(database.Application, database.Clock, database.Settings.Precedence);

    public async ValueTask InitializeAsync()
    {
        database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        await database.ImportAsync(
            ("datasets.csv", "dataset,valid_from,tier,team\nsales.orders,,0,Sales\nlegacy.orders,,2,Sales\n"), ("teams.csv", "team\nSales\n"),
            ("incidents.csv", """
                incident_id,severity,status,detected_at,resolved_at,datasets
                a,1,resolved,2026-11-02T00:00:00Z,2026-11-02T02:00:00Z,shop.ORDERS
                b,1,resolved,2026-11-03T00:00:00Z,2026-11-03T04:00:00Z,shop.ORDERS
                c,1,resolved,2026-11-04T00:00:00Z,2026-11-04T06:00:00Z,sales.orders
                d,1,resolved,2026-11-05T00:00:00Z,2026-11-05T08:00:00Z,legacy.orders

                """));
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_name_that_is_resolved_attributes_its_records_at_once()
    {
        var unresolved = (await Identity.UnresolvedAsync(Cancellation)).ShouldHaveSingleItem();
        (unresolved.Kind, unresolved.Source, unresolved.Name, unresolved.Records, unresolved.Share).ShouldBe(("dataset", "canonical", "shop.ORDERS", 2, 0.5));
        unresolved.Suggestions.ShouldBe(["legacy.orders", "sales.orders"]);
        (await TierZeroAsync()).ShouldBe(1);

        (await Identity.AliasAsync("dataset", "", "shop.ORDERS", "sales.orders", "ada", "the shop's name", Cancellation)).ShouldBeNull();

        (await Identity.UnresolvedAsync(Cancellation)).ShouldBeEmpty();
        (await TierZeroAsync()).ShouldBe(3);
        var logged = (await new AuditLog(database.Application).ListAsync(1, Cancellation)).ShouldHaveSingleItem();
        (logged.By, logged.Action, logged.Subject).ShouldBe(("ada", "identity.changed", "alias dataset shop.ORDERS = sales.orders"));
    }

    [Fact]
    public async Task Merging_counts_both_and_renaming_takes_every_other_name_along()
    {
        await Identity.AliasAsync("dataset", "", "shop.ORDERS", "legacy.orders", "ada", null, Cancellation);
        (await Identity.MergeAsync("dataset", "legacy.orders", "sales.orders", "ada", null, Cancellation)).ShouldBeNull();
        (await TierZeroAsync()).ShouldBe(4);

        (await Identity.RenameAsync("dataset", "sales.orders", "core.orders", "ada", null, Cancellation)).ShouldBeNull();
        (await TierZeroAsync()).ShouldBe(4);
        (await Identity.AliasesAsync(Cancellation)).Select(a => $"{a.Name} = {a.Target}").ShouldBe(
            ["legacy.orders = core.orders", "sales.orders = core.orders", "shop.ORDERS = core.orders"], ignoreOrder: true);
        (await Identity.UnresolvedAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_would_lead_nowhere_is_refused_with_what_to_do()
    {
        (await Identity.AliasAsync("dataset", "", "x", "nothing", "ada", null, Cancellation)).ShouldNotBeNull().ShouldContain("has no dataset \"nothing\"");
        (await Identity.AliasAsync("dataset", "", "sales.orders", "sales.orders", "ada", null, Cancellation)).ShouldNotBeNull();
        (await Identity.RenameAsync("dataset", "legacy.orders", "sales.orders", "ada", null, Cancellation)).ShouldNotBeNull().ShouldContain("merge");
        (await Identity.MergeAsync("dataset", "sales.orders", "sales.orders", "ada", null, Cancellation)).ShouldNotBeNull();
        (await Identity.AliasesAsync(Cancellation)).ShouldBeEmpty();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Incidents of severity 1 that count for tier 0.</summary>
    private async Task<long> TierZeroAsync()
    {
        var rows = await database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse("2026-11", database.Settings.Calendar)) { Kpis = ["mttr_sev1"], By = [Dimension.Tier] }, Cancellation);
        return (long)(rows.FirstOrDefault(r => r.Tier == 0)?.N ?? 0);
    }
}
