using Metrics.Sources.Dbt;
using Metrics.Tests.Sources.Canonical;

namespace Metrics.Tests.Sources.Dbt;

public class DbtManifestTests
{
    private const string Seen = "source=dbt updated_at=2026-07-01T04:00:00Z seen_at=2026-07-01T04:00:00Z";

    private readonly DbtSource source = new();

    [Fact]
    public async Task Datasets_checks_and_lineage_come_from_nodes_and_sources() =>
        (await Read("""
            "sources":{"source.shop.raw.orders":{"resource_type":"source","source_name":"raw","name":"orders","identifier":"ORDERS","database":"dwh","schema":"raw",
                "relation_name":"\"dwh\".\"raw\".\"ORDERS\"","freshness":{"warn_after":{"count":12,"period":"hour"},"error_after":{"count":null,"period":null}},"description":""}},
            "nodes":{
              "seed.shop.countries":{"resource_type":"seed","name":"countries","alias":"countries","database":"dwh","schema":"seeds","config":{"materialized":"seed"}},
              "model.shop.tmp":{"resource_type":"model","name":"tmp","config":{"materialized":"ephemeral"},"relation_name":null,"depends_on":{"nodes":["source.shop.raw.orders"]}},
              "model.shop.orders":{"resource_type":"model","name":"orders","relation_name":"\"dwh\".\"marts\".\"orders\"","description":"One row per order, ask ada@example.com",
                "config":{"materialized":"table","meta":{"tier":"Tier 1"}},"contract":{"enforced":true},
                "meta":{"tier":2,"owner":"data-sales","classification":"Internal","contains_pii":true,"data_product":"orders","domain":"sales",
                  "freshness_max_age":"PT6H","required_checks":["schema","uniqueness"],"definition_url":"https://wiki/orders","sla_url":"https://wiki/sla"},
                "depends_on":{"nodes":["model.shop.tmp","seed.shop.countries"]}},
              "test.shop.unique_orders_id.1":{"resource_type":"test","column_name":"id","attached_node":"model.shop.orders","config":{"enabled":true},
                "test_metadata":{"name":"unique","kwargs":{"column_name":"id"}},"depends_on":{"nodes":["model.shop.orders"]}},
              "test.shop.relationships_orders.2":{"resource_type":"test","test_metadata":{"name":"relationships","kwargs":{"column_name":"country","to":"ref('countries')"}},
                "depends_on":{"nodes":["model.shop.orders","seed.shop.countries"]}},
              "test.shop.singular":{"resource_type":"test","depends_on":{"nodes":["model.shop.tmp","model.shop.orders"]}}},
            "disabled":{"test.shop.off.3":[{"resource_type":"test","attached_node":"seed.shop.countries","test_metadata":{"name":"not_null"},"config":{"enabled":false}}],
              "model.shop.gone":[{"resource_type":"model","name":"gone"}]},
            "exposures":{"exposure.shop.board":{"depends_on":{"nodes":["model.shop.orders"]}}}
            """)).ShouldBe($"""
            dataset dataset=dwh.raw.ORDERS name=raw.orders {Seen.Replace("source=dbt", "source=dbt_source", StringComparison.Ordinal)}
            alias dataset source.shop.raw.orders -> dwh.raw.ORDERS
            dataset dataset=dwh.seeds.countries name=countries {Seen}
            alias dataset seed.shop.countries -> dwh.seeds.countries
            dataset dataset=dwh.marts.orders name=orders tier=1 team=data-sales domain=sales description=One row per order, ask {ReadingText.Redactor.Hash("ada@example.com")} definition_url=https://wiki/orders classification=internal contains_pii=true freshness_max_age=06:00:00 sla_url=https://wiki/sla required_checks=schema;uniqueness data_product=orders {Seen}
            alias dataset model.shop.orders -> dwh.marts.orders
            check check_id=test.shop.unique_orders_id.1 dataset=dwh.marts.orders kind=uniqueness column=id enabled=true {Seen}
            check check_id=test.shop.relationships_orders.2 dataset=dwh.marts.orders kind=referential column=country enabled=true {Seen}
            check check_id=test.shop.singular dataset=dwh.marts.orders kind=custom enabled=true {Seen}
            check check_id=test.shop.off.3 dataset=dwh.seeds.countries kind=not_null enabled=false {Seen}
            check check_id=freshness.source.shop.raw.orders dataset=source.shop.raw.orders kind=freshness enabled=true {Seen}
            check check_id=contract.model.shop.orders dataset=dwh.marts.orders kind=schema enabled=true {Seen}
            lineage upstream=dwh.raw.ORDERS downstream=dwh.marts.orders {Seen}
            lineage upstream=dwh.seeds.countries downstream=dwh.marts.orders {Seen}
            lineage upstream=dwh.marts.orders downstream=exposure.shop.board {Seen}
            dataset dataset=dwh.marts.orders data_product=exposure.shop.board {Seen.Replace("source=dbt", "source=dbt_exposure", StringComparison.Ordinal)}
            """);

    [Fact]
    public async Task A_dataset_may_be_named_as_the_catalogue_names_it() =>
        (await Model(""" "meta":{"dataset":"sales.orders"} """)).ShouldBe($"""
            dataset dataset=d.s.m name=m {Seen}
            alias dataset d.s.m -> sales.orders
            alias dataset model.shop.m -> sales.orders
            """);

    [Fact]
    public async Task A_value_under_meta_that_cannot_be_read_is_left_out_and_rejected() =>
        (await Model(""" "meta":{"tier":"gold","classification":"secret","contains_pii":"maybe","freshness_deadline":390,"required_checks":"schema;vibes"} """)).ShouldBe($"""
            rejected manifest.json, model.shop.m.meta.tier: tier is "gold"; allowed are 0, 1, 2 and forms such as "tier 1". The dataset is read without it. <gold>
            rejected manifest.json, model.shop.m.meta.classification: classification is "secret"; allowed are public, internal, confidential, restricted. The dataset is read without it. <secret>
            rejected manifest.json, model.shop.m.meta.contains_pii: contains_pii is "maybe"; allowed are true and false. The dataset is read without it. <maybe>
            rejected manifest.json, model.shop.m.meta.freshness_deadline: freshness_deadline is "390"; allowed are times such as 06:30, in quotation marks. The dataset is read without it. <390>
            rejected manifest.json, model.shop.m.meta.required_checks: required_checks is "vibes"; allowed are schema, uniqueness, referential, volume, freshness, not_null, accepted_values, custom. The dataset is read without it. <vibes>
            dataset dataset=d.s.m name=m required_checks=schema {Seen}
            alias dataset model.shop.m -> d.s.m
            """);

    [Theory]
    [InlineData(""" "meta":{"owner":"ada@example.com"} """, "ada@example.com")]
    [InlineData(""" "meta":{"owner":{"email":"ada@example.com"}} """, "ada@example.com")]
    [InlineData(""" "group":"finance" """, "boss@example.com")]
    public async Task A_team_that_is_an_address_is_hashed(string member, string address) =>
        (await Model(member)).ShouldStartWith($"dataset dataset=d.s.m name=m team={ReadingText.Redactor.Hash(address)} ");

    [Theory]
    [InlineData(""" "meta":{"team":"sales","owner":"x"} """, "team=sales")]
    [InlineData(""" "config":{"group":"people"} """, "team=People team")]
    [InlineData(""" "config":{"group":"unheard"} """, "team=unheard")]
    [InlineData(""" "deprecation_date":"2026-06-30" """, "lifecycle=deprecated")]
    [InlineData(""" "deprecation_date":"2026-07-02T00:00:00+00:00" """, "lifecycle=active")]
    [InlineData(""" "meta":{"freshness_deadline":"06:30","freshness_days":["MON","fri"],"freshness_timezone":"Europe/Berlin"} """, "freshness_deadline=06:30:00 freshness_days=MON;FRI freshness_timezone=Europe/Berlin")]
    public async Task Attributes_come_from_meta_group_and_deprecation_date(string member, string attribute) =>
        (await Model(member)).ShouldStartWith($"dataset dataset=d.s.m name=m {attribute} ");

    [Theory]
    [InlineData("unique", "uniqueness")]
    [InlineData("unique_combination_of_columns", "uniqueness")]
    [InlineData("expect_compound_columns_to_be_unique", "uniqueness")]
    [InlineData("relationships_where", "referential")]
    [InlineData("cardinality_equality", "referential")]
    [InlineData("expect_column_to_exist", "schema")]
    [InlineData("expect_table_columns_to_match_set", "schema")]
    [InlineData("expect_column_values_to_be_of_type", "schema")]
    [InlineData("expect_table_row_count_to_be_between", "volume")]
    [InlineData("equal_rowcount", "volume")]
    [InlineData("volume_anomalies", "volume")]
    [InlineData("freshness_anomalies", "freshness")]
    [InlineData("recency", "freshness")]
    [InlineData("not_null_proportion", "not_null")]
    [InlineData("accepted_range", "accepted_values")]
    [InlineData("expression_is_true", "custom")]
    [InlineData("values_below_threshold", "custom")]
    public async Task Tests_of_dbt_and_its_packages_have_a_kind(string name, string kind) =>
        (await Test($"\"test_metadata\":{{\"name\":\"{name}\"}}")).ShouldBe($"check check_id=test.shop.t kind={kind} enabled=true {Seen}");

    [Theory]
    [InlineData(""" "column_name":"c","test_metadata":{"name":"expression_is_true"} """, "kind=accepted_values column=c")]
    [InlineData(""" "depends_on":{"macros":["macro.dbt.get_where_subquery","macro.dbt.test_not_null"]} """, "kind=not_null")]
    public async Task A_test_without_a_telling_name_has_a_kind_too(string members, string kind) =>
        (await Test(members)).ShouldBe($"check check_id=test.shop.t {kind} enabled=true {Seen}");

    [Fact]
    public async Task A_source_that_is_a_model_of_the_project_is_one_dataset() =>
        (await Read("""
            "sources":{"source.shop.s.m":{"resource_type":"source","source_name":"s","name":"m","relation_name":"d.s.m"}},
            "nodes":{"model.shop.m":{"resource_type":"model","name":"m","relation_name":"d.s.m","depends_on":{"nodes":["source.shop.s.m"]}}}
            """)).ShouldBe($"""
            alias dataset source.shop.s.m -> d.s.m
            dataset dataset=d.s.m name=m {Seen}
            alias dataset model.shop.m -> d.s.m
            """);

    [Fact]
    public async Task The_id_of_a_test_over_many_values_is_cut_alike_in_every_artifact()
    {
        var id = $"test.shop.accepted_values_{new string('x', 3000)}.1";
        var check = (await Read("\"nodes\":{\"ID\":{\"resource_type\":\"test\"}}".Replace("ID", id, StringComparison.Ordinal))).Split(' ')[1];
        check.Length.ShouldBe("check_id=".Length + 600);
        (await ReadingText.Of(source, "r.json", $$$"""
            {"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/run-results/v6.json","generated_at":"2026-07-01T04:00:00Z"},
             "args":{"which":"test"},"results":[{"unique_id":"{{{id}}}","status":"pass"}]}
            """)).ShouldContain($"{check} run_at");
    }

    private Task<string> Test(string members) => Read("\"nodes\":{\"test.shop.t\":{\"resource_type\":\"test\"," + members + "}}");

    private Task<string> Model(string members) => Read(
        """
        "groups":{"group.shop.finance":{"name":"finance","owner":{"email":"boss@example.com"}},"group.shop.people":{"name":"people","owner":{"name":"People team"}}},
        "nodes":{"model.shop.m":{"resource_type":"model","name":"m","relation_name":"d.s.m",MEMBERS}}
        """.Replace("MEMBERS", members, StringComparison.Ordinal));

    private Task<string> Read(string members) => ReadingText.Of(source, "manifest.json",
        """
        {"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json","generated_at":"2026-07-01T04:00:00Z"},MEMBERS}
        """.Replace("MEMBERS", members, StringComparison.Ordinal));
}
