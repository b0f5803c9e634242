using Metrics.Sources.Dbt;
using Metrics.Tests.Sources.Canonical;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Sources.Dbt;

/// <summary>What shows only when several artifacts come together: contracts, and what a project no longer has.</summary>
public sealed class DbtHistoryTests : IAsyncLifetime
{
    private const string Test = """ "test.shop.unique_a":{"resource_type":"test","attached_node":"model.shop.a","test_metadata":{"name":"unique","kwargs":{}},"depends_on":{"nodes":["model.shop.a"]}} """;

    private readonly DbtSource source = new();
    private MetricsDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Xunit.Fact]
    public async Task What_a_project_no_longer_has_ends_with_the_first_manifest_without_it()
    {
        var first = Manifest("2026-05-01", Model("a"), Model("b", "model.shop.a"), Test);
        var second = Manifest("2026-05-08", Model("a"));
        var third = Manifest("2026-05-15", Model("a"));
        foreach (var order in new[] { new[] { first, second, third }, [third, first, second], [second, third, first] })
        {
            await using var other = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
            foreach (var manifest in order) await other.ImportTextAsync(source, ("manifest.json", manifest));
            (await other.LinesAsync("select concat_ws(' ', entity, id, upper(valid) at time zone 'utc') from catalog.version where source = '' and entity = 'dataset' or source = 'dbt' order by 1")).ShouldBe("""
                check test.shop.unique_a 2026-05-08 04:00:00
                dataset d.s.a
                dataset d.s.b 2026-05-08 04:00:00
                lineage d.s.a→d.s.b 2026-05-08 04:00:00
                """);
        }
    }

    [Xunit.Fact]
    public async Task A_manifest_of_another_target_ends_nothing()
    {
        await database.ImportTextAsync(source, ("manifest.json", Manifest("2026-05-01", Model("a"))));
        await database.ImportTextAsync(source, ("manifest.json", Manifest("2026-05-08", Model("b").Replace("\"s\"", "\"dev_ada\"", StringComparison.Ordinal))));
        (await database.LinesAsync("select id from catalog.version where entity = 'dataset' and upper(valid) is not null")).ShouldBe("");
    }

    [Xunit.Fact]
    public async Task A_build_of_a_model_with_an_enforced_contract_is_a_result_of_its_check()
    {
        var manifest = Manifest("2026-05-01", Model("a").Replace("\"resource_type\"", "\"contract\":{\"enforced\":true},\"resource_type\"", StringComparison.Ordinal), Model("b"));
        var good = Results("2026-05-02", "success", "null");
        var bad = Results("2026-05-03", "error", "\"Compilation Error: This model has an enforced contract that failed.\"");
        foreach (var order in new[] { new[] { manifest, good, bad }, [bad, manifest, good], [good, bad, manifest] })
        {
            await using var other = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
            foreach (var artifact in order) await other.ImportTextAsync(source, ("artifact.json", artifact));
            (await other.LinesAsync("select concat_ws(' ', check_id, run_at at time zone 'utc', status) from fact.check_result order by 1")).ShouldBe("""
                contract.model.shop.a 2026-05-02 04:00:00 pass
                contract.model.shop.a 2026-05-03 04:00:00 fail
                """);
        }
    }

    [Xunit.Fact]
    public async Task Freshness_of_dbt_2_is_read_for_models_and_sources() =>
        (await ReadingText.Of(source, "freshness.json", """
            {"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/freshness/v0.json","generated_at":"2026-05-01T04:00:00Z"},"results":[
              {"unique_id":"model.shop.a","resource_type":"model","max_loaded_at":"2026-05-01T03:00:00Z","snapshotted_at":"2026-05-01T04:00:00Z","max_loaded_at_time_ago_in_s":3600,"status":"Pass"},
              {"unique_id":"source.shop.raw.o","resource_type":"source","max_loaded_at":"2026-04-01T03:00:00Z","snapshotted_at":"2026-05-01T04:00:00Z","max_loaded_at_time_ago_in_s":99,"status":"Error"}]}
            """)).Split('\n').Where(l => l.StartsWith("check_result", StringComparison.Ordinal)).Select(l => l.Split(" message=")[0]).ShouldBe(
        [
            "check_result check_id=freshness.model.shop.a run_at=2026-05-01T04:00:00Z status=pass value=3600",
            "check_result check_id=freshness.source.shop.raw.o run_at=2026-05-01T04:00:00Z status=fail value=99",
        ]);

    private static string Model(string name, string? parent = null) =>
        $$$$"""
        "model.shop.{{{{name}}}}":{"resource_type":"model","name":"{{{{name}}}}","database":"d","schema":"s","alias":"{{{{name}}}}","depends_on":{"nodes":[{{{{Quoted(parent)}}}}]}}
        """;

    private static string Quoted(string? text) => text is null ? "" : $"\"{text}\"";

    private static string Manifest(string day, params string[] nodes) =>
        $$$$"""{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json","generated_at":"{{{{day}}}}T04:00:00Z","project_name":"shop"},"nodes":{ {{{{string.Join(',', nodes)}}}} },"sources":{},"disabled":{},"exposures":{} }""";

    private static string Results(string day, string status, string message) => $$$$"""
        {"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/run-results/v6.json","generated_at":"{{{{day}}}}T04:00:00Z","invocation_id":"{{{{day}}}}"},"elapsed_time":10,"args":{"which":"run"},
         "results":[{"unique_id":"model.shop.a","status":"{{{{status}}}}","message":{{{{message}}}},"relation_name":"\"d\".\"s\".\"a\"","timing":[]},{"unique_id":"model.shop.b","status":"success","relation_name":"\"d\".\"s\".\"b\"","timing":[]}]}
        """;
}
