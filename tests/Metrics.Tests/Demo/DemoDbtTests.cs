using System.Text.Json;

namespace Metrics.Tests.Demo;

[Collection(DemoFiles.Collection)]
public sealed class DemoDbtTests(DemoFiles demo)
{
    [Fact]
    public void The_manifest_describes_twenty_models_their_tests_and_their_sources()
    {
        var manifest = demo.Manifest();
        var nodes = manifest.GetProperty("nodes").EnumerateObject().Select(n => n.Value).ToList();

        manifest.GetProperty("metadata").GetProperty("dbt_schema_version").GetString()
            .ShouldBe("https://schemas.getdbt.com/dbt/manifest/v12.json");
        manifest.GetProperty("metadata").GetProperty("project_name").GetString().ShouldBe("nordlicht");
        nodes.Count(n => n.GetProperty("resource_type").GetString() == "model").ShouldBe(20);
        nodes.Count(n => n.GetProperty("resource_type").GetString() == "test").ShouldBeGreaterThan(40);
        manifest.GetProperty("sources").EnumerateObject().Count().ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Every_invocation_speaks_of_nodes_of_the_manifest()
    {
        var nodes = demo.Manifest().GetProperty("nodes").EnumerateObject().Select(n => n.Name).ToHashSet();

        demo.RunResults().SelectMany(r => Results(r.Json)).Select(r => r.GetProperty("unique_id").GetString()!).Distinct()
            .ShouldBeSubsetOf(nodes);
    }

    [Fact]
    public void There_is_one_build_a_day_and_a_retry_after_some_that_failed()
    {
        var which = demo.RunResults().ToLookup(
            r => r.Json.GetProperty("args").GetProperty("which").GetString()!, r => r);
        var failed = which["build"].Where(r => Results(r.Json).Any(e => Status(e) is "error" or "fail" or "skipped"))
            .Select(r => r.Folder).ToHashSet();

        which["build"].Count().ShouldBe(demo.Time.Days.Count());
        which["retry"].Count().ShouldBeInRange(10, failed.Count);
        which["retry"].ShouldAllBe(r => failed.Contains(r.Folder.Replace("-retry", "")));
        failed.Count.ShouldBeInRange(20, 120);
        demo.RunResults().Select(r => r.Json.GetProperty("metadata").GetProperty("invocation_id").GetString()).ShouldBeUnique();
    }

    [Fact]
    public void What_an_error_skips_has_no_times_and_what_ran_has()
    {
        var results = demo.RunResults().SelectMany(r => Results(r.Json)).ToList();

        foreach (var status in new[] { "success", "error", "skipped", "pass", "warn", "fail" })
            results.ShouldContain(r => Status(r) == status);
        results.ShouldAllBe(r => r.GetProperty("timing").GetArrayLength() == (Status(r) == "skipped" ? 0 : 2));
    }

    [Fact]
    public void Source_freshness_is_looked_at_on_mondays()
    {
        var files = Directory.GetFiles(demo.Folders.Dbt, "sources.json", SearchOption.AllDirectories);
        var statuses = files.SelectMany(f => Results(DemoFiles.Json(f))).Select(Status).ToHashSet();

        files.Length.ShouldBe(demo.Time.Weeks.Count());
        statuses.ShouldContain("pass");
        statuses.ShouldContain("error");
    }

    private static JsonElement.ArrayEnumerator Results(JsonElement json) => json.GetProperty("results").EnumerateArray();

    private static string Status(JsonElement result) => result.GetProperty("status").GetString()!;
}
