using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.Canonical;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.Canonical;

public sealed class CatalogueFileTests
{
    [Fact]
    public void Teams_datasets_and_lineage_have_the_columns_of_the_canonical_files()
    {
        var records = CatalogueFile.Read(
            "catalog.yaml",
            """
            teams:
              sales: { name: Sales, domain: revenue }
            datasets:
              sales.orders:
                tier: 0
                team: sales
                freshness_max_age: PT2H
                required_checks: [schema, uniqueness]
              sales.scratch:
            lineage:
              - { upstream: sales.orders, downstream: sales.scratch }
            """);

        records.ShouldAllBe(r => r.Source == "catalog");
        records.OfType<Team>().ShouldHaveSingleItem().Domain.ShouldBe("revenue");
        var orders = records.OfType<Dataset>().First();
        (orders.Id, orders.Tier, orders.Team, orders.FreshnessMaxAge).ShouldBe(("sales.orders", 0, "sales", TimeSpan.FromHours(2)));
        orders.RequiredChecks.ShouldBe([CheckKind.Schema, CheckKind.Uniqueness]);
        records.OfType<Dataset>().Last().Id.ShouldBe("sales.scratch");
        records.OfType<LineageEdge>().ShouldHaveSingleItem().Downstream.ShouldBe("sales.scratch");
    }

    [Fact]
    public void Every_fault_is_told_at_once_with_its_line()
    {
        var message = Should.Throw<SourceException>(() => CatalogueFile.Read(
            "ops/catalog.yaml",
            """
            datasets:
              a: { tier: 7 }
              b: { colour: red, valid_from: 2026-01-01T00:00:00Z }
              c: { freshness_max_age: PT2H, freshness_deadline: "07:00" }
              d: zero
              e: { tier: [[0]] }
            lineage:
              - { upstream: a }
            pipelines: {}
            """)).Message;

        message.Split(Environment.NewLine).Select(l => l.Split(';')[0]).ShouldBe(
        [
            "ops/catalog.yaml:2: tier is 7",
            "ops/catalog.yaml:3: \"colour\" is not a column here",
            "ops/catalog.yaml:3: \"valid_from\" is not a column here",
            "ops/catalog.yaml:4: both freshness_max_age and freshness_deadline are set",
            "ops/catalog.yaml:5: dataset \"d\" must be a mapping of columns, such as { tier: 0 }",
            "ops/catalog.yaml:6: tier must be a text or, where it has several values, a list of texts",
            "ops/catalog.yaml:8: downstream is empty, but it is part of the record's key",
            "ops/catalog.yaml:9: there is no section \"pipelines\"",
        ]);
    }

    [Theory]
    [InlineData("datasets: [", "catalog.yaml:2: not valid YAML")]
    [InlineData("- a", "catalog.yaml:1: the file must be a mapping")]
    [InlineData("datasets: [a]", "catalog.yaml:1: datasets must map each dataset")]
    [InlineData("lineage: { a: b }", "catalog.yaml:1: lineage must be a list")]
    public void Another_shape_is_refused(string text, string message) =>
        Should.Throw<SourceException>(() => CatalogueFile.Read("catalog.yaml", text)).Message.ShouldStartWith(message);
}
