using Metrics.Model;
using Metrics.Storage;

namespace Metrics.Tests.Kpis;

public sealed class DefectEscapeRateTests
{
    private const string Kpi = "defect_escape_rate";

    private const string Datasets = """
        # datasets
        dataset,valid_from,tier
        orders,,1
        customers,,2
        customers,2026-06-01T00:00:00Z,0
        loose,,

        """;

    [Fact]
    public async Task Escaped_is_what_a_stakeholder_found_of_the_incidents_whose_finder_is_known()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,status,datasets,detected_at,detected_by
            i1,5,open,orders,2026-05-01T00:00:00Z,stakeholder
            i2,1,resolved,customers;orders,2026-05-01T00:00:00Z,monitoring
            i3,,,orders,2026-05-01T00:00:00Z,test
            i4,1,open,orders,2026-05-01T00:00:00Z,other
            i5,1,open,orders,2026-05-01T00:00:00Z,
            i6,1,false_alarm,orders,2026-05-01T00:00:00Z,stakeholder
            i7,1,duplicate,orders,2026-05-01T00:00:00Z,stakeholder
            i8,1,open,customers,2026-05-01T00:00:00Z,stakeholder
            i9,1,open,unheard of,2026-05-01T00:00:00Z,stakeholder
            i10,1,open,loose,2026-05-01T00:00:00Z,stakeholder
            i11,1,open,orders,,stakeholder
            """);

        var row = await example.TotalAsync(Kpi);
        row.ShouldBeRatio(1, 3);
        (row.Excluded, row.Status).ShouldBe((7, KpiStatus.Missed));
        (await example.LeftOutAsync(Kpi)).ShouldBe(new Dictionary<string, string>
        {
            ["i4"] = "detected by other",
            ["i5"] = "who detected it is not known",
            ["i6"] = "false alarm",
            ["i7"] = "duplicate",
            ["i8"] = "its most critical dataset is Tier 2",
            ["i9"] = "no dataset of the catalogue is known",
            ["i10"] = "its datasets have no tier",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task The_tier_is_that_of_the_detection()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,datasets,started_at,detected_at,detected_by
            i1,1,customers,2026-05-01T00:00:00Z,2026-05-31T23:59:59.999999Z,stakeholder
            i2,1,customers,2026-05-01T00:00:00Z,2026-06-01T00:00:00Z,stakeholder
            """);
        await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);

        (await example.ByAsync(Kpi, Dimension.Tier))["0"].ShouldBeRatio(1, 1);
        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 1);
    }

    [Fact]
    public async Task Detected_at_the_first_instant_of_the_quarter_is_in_and_at_that_of_the_next_is_out()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,datasets,detected_at,detected_by
            i1,1,orders,2026-03-31T22:00:00Z,stakeholder
            i2,1,orders,2026-03-31T21:59:59.999999Z,test
            i3,1,orders,2026-06-30T21:59:59.999999Z,test
            i4,1,orders,2026-06-30T22:00:00Z,test
            """, zone: "Europe/Berlin");

        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 2);
    }

    [Fact]
    public async Task A_dataset_known_by_another_name_has_its_tier()
    {
        await using var example = await Example.OfAsync(Datasets + """
            # incidents
            incident_id,severity,datasets,detected_at,detected_by
            i1,1,warehouse.orders,2026-05-01T00:00:00Z,stakeholder
            """);
        await using var connection = await example.Database.Application.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.ExecuteAsync(
            "insert into catalog.alias (kind, namespace, name, target) values ('dataset', '', 'warehouse.orders', 'orders')",
            TestContext.Current.CancellationToken);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 1);
    }
}
