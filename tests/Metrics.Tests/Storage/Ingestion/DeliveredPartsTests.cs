using Metrics.Model.Facts;
using Metrics.Storage.Ingestion;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Storage.Ingestion;

/// <summary>Records that are delivered in parts: the last delivery is all there is of its parts. The clock stands still.</summary>
public sealed class DeliveredPartsTests : IAsyncLifetime
{
    private MetricsDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_delivery_hides_the_rows_of_its_part_that_it_lacks_and_leaves_the_others_alone()
    {
        await WriteAsync("may/", Cost("may/a", 1), Cost("may/b", 2));
        await WriteAsync("june/", Cost("june/c", 4));

        var report = await WriteAsync("may/", Cost("may/b", 2), Cost("may/e", 16));

        report.Facts["cost"].ShouldBe(new(New: 1, Changed: 1, Same: 1));
        (await CostsAsync()).ShouldBe("june/c 4, may/b 2, may/e 16");
        (await database.TextAsync("select count(*) from fact.history where fact = 'cost'")).ShouldBe("1");
    }

    [Fact]
    public async Task A_delivery_of_nothing_empties_its_part()
    {
        await WriteAsync("may/", Cost("may/a", 1));

        await WriteAsync("may/");

        (await CostsAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task An_earlier_delivery_that_comes_again_counts_again()
    {
        await WriteAsync("may/", Cost("may/a", 1));
        await WriteAsync("may/", Cost("may/b", 2));
        (await CostsAsync()).ShouldBe("may/b 2");

        await WriteAsync("may/", Cost("may/a", 1));

        (await CostsAsync()).ShouldBe("may/a 1");
    }

    [Fact]
    public async Task Rows_without_an_id_are_numbered_among_their_equals_in_any_order()
    {
        await WriteAsync("may/", Cost("may/x#", 1), Cost("may/y#", 2), Cost("may/x#", 1), Cost("may/z", 4));
        (await CostsAsync()).ShouldBe("may/x#1 1, may/x#2 1, may/y#1 2, may/z 4");

        var again = await WriteAsync("may/", Cost("may/z", 4), Cost("may/x#", 1), Cost("may/x#", 1), Cost("may/y#", 2));
        again.Facts["cost"].ShouldBe(new(New: 0, Changed: 0, Same: 4));

        await WriteAsync("may/", Cost("may/x#", 1), Cost("may/x#", 1), Cost("may/x#", 1));
        (await CostsAsync()).ShouldBe("may/x#1 1, may/x#2 1, may/x#3 1");
    }

    [Fact]
    public async Task A_delivery_with_rows_that_cannot_be_read_leaves_a_stored_part_as_it_was_and_says_so()
    {
        await WriteAsync("may/", Cost("may/a", 1));

        var report = await database.WriteAsync(
            "canonical", WriteMode.Upsert,
            new RecordRead(Cost("may/b", 2)), new RecordRead(Cost("june/c", 4)), new RecordRejected("line 4", "May", "is no cost"), Part("may/"), Part("june/"));

        (await CostsAsync()).ShouldBe("june/c 4, may/a 1");
        report.Rejected.ShouldBe(2);
        report.Rejections[1].ShouldBe(new RecordRejected(
            "a payload, cost with cost_id from may/", "cost with cost_id from may/",
            "1 of the records delivered could not be read, so this part stays as it was delivered before; mend them, or have it delivered again"));
        (await database.TextAsync("select count(*) from ingest.rejected")).ShouldBe("2");
    }

    private Task<BatchReport> WriteAsync(string prefix, params Cost[] costs) =>
        database.WriteAsync([.. costs.Select(c => (Reading)new RecordRead(c)), Part(prefix)]);

    private static PartRead Part(string prefix) => new(FactPart.Of("cost").Starting("cost_id", prefix));

    private static Cost Cost(string id, decimal amount) =>
        new() { CostId = id, EffectiveCost = amount, Currency = "EUR", ChargeStart = Batches.At("2026-05-01T00:00:00Z") };

    private Task<string?> CostsAsync() =>
        database.TextAsync("select string_agg(cost_id || ' ' || effective_cost, ', ' order by cost_id) from analyst.cost");
}
