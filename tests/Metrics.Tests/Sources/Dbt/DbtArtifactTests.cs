using System.Text;
using System.Text.RegularExpressions;
using Metrics.Sources;
using Metrics.Sources.Dbt;
using Metrics.Tests.Sources.Canonical;

namespace Metrics.Tests.Sources.Dbt;

public sealed class DbtArtifactTests : IDisposable
{
    private const string Supported = "manifest v4 to v12, run-results v2 to v6, sources v1 to v3, freshness v0 to v1 and catalog v1";

    private readonly DbtSource source = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbt");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Freshness_of_sources_is_a_check_with_results() =>
        (await ReadingText.Of(source, "sources.json", """
            {"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/sources/v3.json","generated_at":"2026-07-01T04:00:00Z"},"results":[
              {"unique_id":"source.shop.raw.a","status":"Pass","max_loaded_at":"2026-07-01T03:00:00Z","snapshotted_at":"2026-07-01T03:59:59Z","max_loaded_at_time_ago_in_s":3599.5},
              {"unique_id":"source.shop.raw.b","status":"warn","max_loaded_at":"2026-06-30T03:00:00+00:00","snapshotted_at":"2026-07-01T03:59:59Z"},
              {"unique_id":"source.shop.raw.c","status":"error","max_loaded_at":"2026-06-01T03:00:00Z","snapshotted_at":"2026-07-01T03:59:59Z"},
              {"unique_id":"source.shop.raw.d","status":"runtime error","error":"no such table"},
              {"unique_id":"source.shop.raw.e","status":"pass","max_loaded_at":"0001-01-01T00:00:00+00:00","max_loaded_at_time_ago_in_s":63000000000},
              {"status":"pass"},{"unique_id":"source.shop.raw.f","status":"new"}]}
            """)).Split('\n').Where(l => !l.StartsWith("check ", StringComparison.Ordinal)).ShouldBe(
        [
            "check_result check_id=freshness.source.shop.raw.a run_at=2026-07-01T03:59:59Z status=pass value=3599.5 message=last loaded at 2026-07-01T03:00:00Z source=dbt updated_at=2026-07-01T04:00:00Z",
            "check_result check_id=freshness.source.shop.raw.b run_at=2026-07-01T03:59:59Z status=warn message=last loaded at 2026-06-30T03:00:00Z source=dbt updated_at=2026-07-01T04:00:00Z",
            "check_result check_id=freshness.source.shop.raw.c run_at=2026-07-01T03:59:59Z status=fail message=last loaded at 2026-06-01T03:00:00Z source=dbt updated_at=2026-07-01T04:00:00Z",
            "check_result check_id=freshness.source.shop.raw.d run_at=2026-07-01T04:00:00Z status=error message=no such table source=dbt updated_at=2026-07-01T04:00:00Z",
            "check_result check_id=freshness.source.shop.raw.e run_at=2026-07-01T04:00:00Z status=error message=never loaded: the table is empty source=dbt updated_at=2026-07-01T04:00:00Z",
            "rejected sources.json, results[5]: unique_id is missing; it is needed to know the source or model <{\"status\":\"pass\"}>",
            "rejected sources.json, results[6].status: status is \"new\"; allowed are pass, warn, error and runtime error <new>",
        ]);

    [Fact]
    public async Task A_catalog_says_what_exists() =>
        (await ReadingText.Of(source, "catalog.json", """
            {"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/catalog/v1.json","generated_at":"2026-07-01T04:00:00Z"},
             "nodes":{"model.shop.orders":{"metadata":{"name":"ORDERS","comment":"Orders"}},"test.shop.t":{"metadata":{"name":"t"}}},"sources":{}}
            """)).ShouldBe("dataset dataset=model.shop.orders name=ORDERS description=Orders source=dbt_catalog updated_at=2026-07-01T04:00:00Z seen_at=2026-07-01T04:00:00Z");

    [Theory]
    [InlineData("", "is not readable as JSON (line 1, byte 1); it may have been cut off. Copy it again when dbt has finished.")]
    [InlineData("{\"metadata\":\n{\"dbt_schema", "is not readable as JSON (line 2, byte 13); it may have been cut off. Copy it again when dbt has finished.")]
    [InlineData("{\"a\":1}", $"is no dbt artifact: it has no metadata.dbt_schema_version. Supported are {Supported}.")]
    [InlineData("[1]", $"is no dbt artifact: it has no metadata.dbt_schema_version. Supported are {Supported}.")]
    [InlineData("{\"metadata\":{\"dbt_schema_version\":\"https://schemas.getdbt.com/dbt/run-results/v7.json\"}}", $"dbt_schema_version is \"https://schemas.getdbt.com/dbt/run-results/v7.json\"; supported are {Supported}.")]
    [InlineData("{\"metadata\":{\"dbt_schema_version\":\"https://schemas.getdbt.com/dbt/manifest/v3.json\"}}", $"dbt_schema_version is \"https://schemas.getdbt.com/dbt/manifest/v3.json\"; supported are {Supported}.")]
    [InlineData("{\"metadata\":{\"dbt_schema_version\":\"https://schemas.getdbt.com/dbt/freshness/v2.json\"}}", $"dbt_schema_version is \"https://schemas.getdbt.com/dbt/freshness/v2.json\"; supported are {Supported}.")]
    [InlineData("{\"metadata\":{\"dbt_schema_version\":\"https://schemas.getdbt.com/dbt/catalog/v1.json\"}}", "metadata.generated_at is missing or no time; take the file as dbt wrote it.")]
    public async Task A_file_that_is_no_artifact_of_a_known_version_is_refused(string content, string reason) =>
        (await Should.ThrowAsync<SourceException>(() => ReadingText.Of(source, "x.json", content))).Message.ShouldBe($"x.json: {reason}");

    [Fact]
    public void A_folder_is_searched_through_and_known_by_content()
    {
        Write("run/latest.json", "{\"results\":[],\"metadata\":{\"dbt_schema_version\":\"x\"}}");
        Write("manifest.json", "{");
        Write("other.json", "{}");
        Write("dbt.log", "");
        Write("compiled/a.sql", "select 1");
        source.Fetch([folder.FullName]).Select(p => (Path.GetFileName(p.Name), p.Skipped)).ShouldBe(
        [
            ("dbt.log", "is a log, not an artifact, and lacks what results need; import the run_results.json of the same invocation"),
            ("manifest.json", null),
            ("other.json", $"is no dbt artifact: it has no metadata.dbt_schema_version; supported are {Supported}"),
            ("latest.json", null),
        ]);
    }

    [Fact]
    public void Paths_without_artifacts_are_refused()
    {
        Should.Throw<SourceException>(() => source.Fetch(["no/such"])).Message.ShouldBe(
            "no/such: there is no such file or folder; check the path, or where the command is run.");
        Should.Throw<SourceException>(() => source.Fetch([folder.FullName])).Message.ShouldBe(
            $"{folder.FullName}: holds no dbt artifact. Supported are {Supported}; dbt writes them to its target folder.");
        var log = Write("dbt.jsonl", "{}");
        Should.Throw<SourceException>(() => source.Fetch([log])).Message.ShouldBe(
            $"{log}: is a log, not an artifact, and lacks what results need; import the run_results.json of the same invocation.");
    }

    [Fact]
    public async Task What_identifies_people_is_hashed_and_the_rest_stays()
    {
        var given = """
            {"metadata":{"dbt_schema_version":"v","user_id":"u-1","env":{"DBT_CLOUD_USER":"ada"}},
            "args":{"vars":{"a":["x"]},"project_dir":"/home/ada/shop","invocation_command":"dbt run --vars secret","threads":4.50},
            "exposures":{"e":{"owner":{"name":"Ada","email":"a@b.co"},"url":"https://bi/x","meta":{"contact":{"name":{"first":"Ada"}}}}},
            "nodes":{"n":{"description":"caf\u00e9, ask ada@example.com or bob@example.com","meta":{"contact":[{"slack":"@ada"}],"owner":"team"},"x":null,"y":[true,1e3]}}}
            """;
        (await ReadingText.Redacted(source, Payload.OfBytes("manifest.json", Encoding.UTF8.GetBytes(given)))).ShouldBe(Hashed("""
            {"metadata":{"dbt_schema_version":"v","user_id":"<<u-1>>","env":{"DBT_CLOUD_USER":"<<ada>>"}},
            "args":{"vars":{"a":["<<x>>"]},"project_dir":"/home/<<ada>>/shop","invocation_command":"<<dbt run --vars secret>>","threads":4.50},
            "exposures":{"e":{"owner":{"name":"<<Ada>>","email":"<<a@b.co>>"},"url":"https://bi/x","meta":{"contact":{"name":{"first":"<<Ada>>"}}}}},
            "nodes":{"n":{"description":"caf\u00E9, ask <<ada@example.com>> or <<bob@example.com>>","meta":{"contact":[{"slack":"<<@ada>>"}],"owner":"team"},"x":null,"y":[true,1e3]}}}
            """.Replace("\n", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_cut_off_file_cannot_be_redacted() =>
        Should.Throw<SourceException>(() => source.Redact(Payload.OfBytes("m.json", "{\"a\":"u8.ToArray()), ReadingText.Redactor))
            .Message.ShouldBe("m.json: is not readable as JSON (line 1, byte 6); it may have been cut off. Copy it again when dbt has finished.");

    private static string Hashed(string text) => Regex.Replace(text, "<<([^>]*)>>", m => ReadingText.Redactor.Hash(m.Groups[1].Value)!);

    private string Write(string name, string content)
    {
        var path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }
}
