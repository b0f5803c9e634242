using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class ProductAdoptionTests
{
    private const string Kpi = "product_adoption";

    private const string Catalogue = """
        # datasets
        dataset,tier,data_product
        orders,0,shop
        customers,1,crm

        """;

    [Fact]
    public async Task A_use_counts_for_30_days_that_end_with_and_include_its_last()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # product_usage
            day,dataset,active_users,queries
            2026-04-01,orders,0,1
            """);

        // Used on 1 April: the 30 days up to 30 April include it, those up to 1 May do not.
        (await example.TotalAsync(Kpi, "2026-04-30")).ShouldBeRatio(1, 2);
        (await example.TotalAsync(Kpi, "2026-05-01")).ShouldBeRatio(0, 2);
        (await example.TotalAsync(Kpi, "2026-04")).ShouldBeRatio(30, 60);
        var byDataset = await example.ByAsync(Kpi, Dimension.Dataset);
        byDataset["orders"].ShouldBeRatio(30, 91);
        byDataset["customers"].ShouldBeRatio(0, 91);
    }

    [Fact]
    public async Task Before_the_first_usage_day_nothing_is_observed()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # product_usage
            day,dataset,service_queries,queries,active_users
            2026-06-11,orders,500,0,0
            2026-06-21,orders,0,0,3
            """);

        // A query of a service on 11 June is the first record and no use: 20 days, 10 of which orders was used.
        (await example.TotalAsync(Kpi)).ShouldBeRatio(10, 40);
        (await example.TotalAsync(Kpi, "2026-06-10")).Value.ShouldBeNull();
        (await example.TotalAsync(Kpi, "2026-06-11")).ShouldBeRatio(0, 2);
    }

    [Fact]
    public async Task An_earlier_first_usage_that_arrives_late_makes_the_days_after_it_observable()
    {
        await using var example = await Example.OfAsync(Catalogue + "# product_usage\nday,dataset,queries\n2026-06-30,orders,1");
        await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 2);

        await example.ImportAsync("# product_usage\nday,dataset,queries\n2026-06-01,customers,1");

        await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
        (await example.TotalAsync(Kpi)).ShouldBeRatio(31, 60);
    }

    [Fact]
    public async Task A_deprecated_dataset_is_not_counted_from_the_day_after()
    {
        await using var example = await Example.OfAsync("""
            # datasets
            dataset,valid_from,tier,lifecycle
            orders,,0,active
            orders,2026-06-11T12:00:00Z,0,deprecated
            customers,,1,
            # product_usage
            day,dataset,queries
            2026-06-01,orders,1
            """);

        // Ten days and the eleventh, at whose start it was active, of orders; thirty of customers.
        (await example.TotalAsync(Kpi)).ShouldBeRatio(11, 41);
    }

    [Fact]
    public async Task Usage_of_a_product_counts_for_its_datasets_and_other_names_are_resolved()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # product_usage
            day,data_product,dataset,active_users
            2026-06-30,shop,,4
            2026-06-30,crm,warehouse.customers,2
            """);
        (await example.ByAsync(Kpi, Dimension.Dataset, "2026-06")).ToDictionary(r => r.Key, r => r.Value.Numerator)
            .ShouldBe(new Dictionary<string, decimal?> { ["orders"] = 1, ["customers"] = 0 }, ignoreOrder: true);

        await using (var connection = await example.Database.Application.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "insert into catalog.alias values ('dataset', '', 'warehouse.customers', 'customers')";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        (await example.ByAsync(Kpi, Dimension.Dataset, "2026-06"))["customers"].Numerator.ShouldBe(1);
    }

    [Fact]
    public async Task Monthly_active_users_are_the_highest_daily_number_of_the_30_days()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            # product_usage
            day,data_product,dataset,active_users
            2026-05-29,shop,orders,9
            2026-06-27,shop,orders,4
            2026-06-28,shop,orders,5
            2026-06-28,shop,,6
            """);

        // 27 June looks back to 29 May: 9. From 28 June on 6, of the product. Customers have none.
        var row = await example.TotalAsync("monthly_active_users", "2026-06-27/2026-06-29");
        (row.Value, row.Numerator, row.N, row.Lower).ShouldBe(((9 + 6) / 4d, 15m, 4, null));
        (await example.ByAsync("monthly_active_users", Dimension.Dataset, "2026-06-28"))["orders"].Value.ShouldBe(6);
    }

    [Fact]
    public async Task Unused_datasets_are_counted_at_the_end_and_named()
    {
        await using var example = await Example.OfAsync(Catalogue + """
            old,2,
            # product_usage
            day,dataset,active_users,service_queries
            2026-06-01,orders,1,0
            2026-05-31,customers,1,9
            2026-06-20,customers,0,9
            """);

        // The 30 days up to 30 June begin on 1 June.
        var row = await example.TotalAsync("unused_datasets");
        (row.Value, row.Numerator, row.Denominator, row.N, row.Lower).ShouldBe((2, 2m, null, 3, null));
        (await example.EvidenceAsync("unused_datasets")).Where(o => o.Numerator == 1).ToDictionary(o => o.Cell.Datasets[0], o => o.Note)
            .ShouldBe(new Dictionary<string, string?> { ["customers"] = "last used on 2026-05-31", ["old"] = "never used" }, ignoreOrder: true);
        var early = await example.TotalAsync("unused_datasets", "2026-05-30");
        (early.Value, early.Reason).ShouldBe((null, "No usage had been recorded yet."));
    }
}
