using Metrics.Tests.Kpis.Reference;

namespace Metrics.Tests.Storage.Ingestion;

/// <summary>However the same records arrive, the same facts, catalogue and KPIs result.</summary>
public sealed class RepeatedImportTests
{
    private const string Now = "2026-11-21T12:00:00Z";

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Twice_in_pieces_in_any_order_and_again_after_half_of_it(int seed)
    {
        var company = RandomCompany.Make(seed);
        await using var whole = await MetricsDatabase.CreateAsync(Now);
        await whole.ImportAsync(company.Files());
        var (facts, values) = (await whole.FactsAsync(), await whole.ValuesAsync());

        // The same folder again: nothing is new, nothing has changed.
        var again = await whole.ImportAsync(company.Files());
        again.ShouldAllBe(o => o.Report!.New == 0 && o.Report.Changed == 0);
        (await whole.FactsAsync()).ShouldBe(facts);
        (await whole.ValuesAsync()).ShouldBe(values);

        // Shuffled pieces: runs may come before their pipelines, actions before their incidents.
        await using var pieces = await MetricsDatabase.CreateAsync(Now);
        var cut = company.Pieces(seed);
        foreach (var piece in cut) await pieces.ImportAsync(piece);
        (await pieces.FactsAsync()).ShouldBe(facts);
        (await pieces.ValuesAsync()).ShouldBe(values);

        // Broken off after some pieces, while days were being kept, and begun again from the start.
        await using var broken = await MetricsDatabase.CreateAsync(Now);
        foreach (var piece in cut.Take(cut.Count / 2)) await broken.ImportAsync(piece);
        await broken.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
        await broken.ImportAsync(company.Files());
        (await broken.FactsAsync()).ShouldBe(facts);
        (await broken.ValuesAsync()).ShouldBe(values);
    }
}
