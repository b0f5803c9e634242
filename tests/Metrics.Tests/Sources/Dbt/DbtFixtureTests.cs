using System.Text;
using Metrics.Sources;
using Metrics.Sources.Dbt;
using Metrics.Tests.Sources.Canonical;
using FactSchema = Metrics.Model.Facts.FactSchema;

namespace Metrics.Tests.Sources.Dbt;

/// <summary>Real artifacts, where the shared fixtures lie beside the repository; else there is nothing to check.</summary>
public class DbtFixtureTests
{
    private static readonly string? Folder = Find();

    private readonly DbtSource source = new();

    [Theory]
    [InlineData("catalog_v1_1.12.2.json", "dataset 17")]
    [InlineData("catalog_v1_1.12_duckdb.json", "dataset 25")]
    [InlineData("catalog_v1_1.9_bigquery.json", "dataset 38")]
    [InlineData("manifest_v12_1.12.json", "alias 25, check 27, dataset 19, lineage 17")]
    [InlineData("manifest_v12_1.12.2_exposures.json", "alias 54, check 82, dataset 56, lineage 63")]
    [InlineData("manifest_v12_2.0_fusion.json", "alias 53, check 82, dataset 55, lineage 62")]
    [InlineData("manifest_v12_no_test_metadata.json", "alias 8, check 20, dataset 8, lineage 8")]
    [InlineData("run_results_v2_error_skipped.json", "pipeline_run 1, run_output 4")]
    [InlineData("run_results_v2_test_failures.json", "check_result 14, pipeline_run 1")]
    [InlineData("run_results_v4_1.0_error.json", "check_result 20, pipeline_run 1, run_output 9")]
    [InlineData("run_results_v4_snapshot.json", "pipeline_run 1, run_output 1")]
    [InlineData("run_results_v5_failures_as_text.json", "check_result 20, pipeline_run 1, rejected 1")]
    [InlineData("run_results_v5_singular_test.json", "check_result 2, pipeline_run 1")]
    [InlineData("run_results_v6_1.9.json", "check_result 20, pipeline_run 1, run_output 39")]
    [InlineData("run_results_v6_2.0_fusion_skipped.json", "check_result 40, pipeline_run 1, run_output 15")]
    [InlineData("sources_v1_pass_sentinel.json", "check 2, check_result 2")]
    [InlineData("sources_v3_error_runtime_error_CONSTRUCTED.json", "check 3, check_result 3")]
    public async Task A_real_artifact_is_read_and_its_redacted_form_reads_the_same(string name, string expected)
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        var payload = source.Fetch([Path.Combine(Folder!, name)]).Single();
        var readings = await ReadingText.Of(source, payload);
        Summary(readings).ShouldBe(expected);
        var redacted = Payload.OfBytes(payload.Name, Encoding.UTF8.GetBytes(await ReadingText.Redacted(source, payload)));
        (await ReadingText.Of(source, redacted)).ShouldBe(readings);
    }

    [Theory]
    [InlineData("run_results_v6_1.12.json", "was written by \"dbt generate\", which executes nothing: its statuses say nothing about data. Import the run_results.json of run, build, test, seed, snapshot and retry; keep it apart before dbt generate overwrites it.")]
    [InlineData("structured_log_test.jsonl", "is a log, not an artifact, and lacks what results need; import the run_results.json of the same invocation.")]
    public async Task A_file_that_holds_no_results_is_refused_with_the_reason(string name, string reason)
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        var file = Path.Combine(Folder!, name);
        (await Should.ThrowAsync<SourceException>(() => ReadingText.Of(source, Payload.OfFile(file)))).Message.ShouldBe($"{file}: {reason}");
    }

    [Fact]
    public void A_folder_gives_all_artifacts_and_leaves_logs_out()
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        source.Fetch([Folder!]).CountBy(p => p.Skipped ?? "read").ShouldBe(
        [
            new("read", 18),
            new("is a log, not an artifact, and lacks what results need; import the run_results.json of the same invocation", 3),
        ]);
    }

    private static string Summary(string readings) => string.Join(", ", readings.Split('\n')
        .Select(l => l.Split(' ')[0])
        .Where(w => w is "alias" or "rejected" || FactSchema.Named(w) is not null)
        .CountBy(w => w).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"));

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "shared", "fixtures", "dbt");
            if (Directory.Exists(folder)) return folder;
        }

        return null;
    }
}
