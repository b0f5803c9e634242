using Metrics.Kpis;
using Metrics.Model;
using Metrics.Sources.GreatExpectations;
using Metrics.Tests.Sources.Canonical;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Sources.GreatExpectations;

public sealed class GreatExpectationsTests
{
    private const string Raised = """{"('m', 'abc', ())":{"raised_exception":true,"exception_message":"no column x","exception_traceback":"…"}}""";

    private readonly GreatExpectationsSource source = new();

    [Xunit.Fact]
    public async Task A_validation_result_gives_checks_and_results() =>
        (await ReadingText.Of(source, "v.json", Result(
            """{"success":true,"result":{"element_count":4,"unexpected_count":1,"partial_unexpected_list":["Ada"]},"exception_info":{"raised_exception":false},"expectation_config":{"id":"e1","type":"expect_column_values_to_not_be_null","kwargs":{"column":"id","mostly":0.5}}}""",
            """{"success":false,"result":{"observed_value":3},"expectation_config":{"id":"e2","expectation_type":"expect_table_row_count_to_equal","kwargs":{"value":4}}}""",
            """{"success":false,"result":{},"expectation_config":{"id":"e3","type":"expect_column_values_to_be_unique","severity":"warning","kwargs":{"column":"id"}}}""",
            $$$$"""{"success":false,"result":{},"exception_info":{{{{Raised}}}},"expectation_config":{"id":"e4","type":"expect_column_to_exist","kwargs":{"column":"x"}}}"""))).ShouldBe("""
            check check_id=orders/s/e1 dataset=orders kind=not_null column=id enabled=true source=great_expectations seen_at=2026-11-21T01:43:21.946461Z
            check_result check_id=orders/s/e1 run_at=2026-11-21T01:43:21.946461Z status=pass value=1 source=great_expectations updated_at=2026-11-21T01:43:21.946461Z
            check check_id=orders/s/e2 dataset=orders kind=volume enabled=true source=great_expectations seen_at=2026-11-21T01:43:21.946461Z
            check_result check_id=orders/s/e2 run_at=2026-11-21T01:43:21.946461Z status=fail value=3 message=observed 3 source=great_expectations updated_at=2026-11-21T01:43:21.946461Z
            check check_id=orders/s/e3 dataset=orders kind=uniqueness column=id enabled=true source=great_expectations seen_at=2026-11-21T01:43:21.946461Z
            check_result check_id=orders/s/e3 run_at=2026-11-21T01:43:21.946461Z status=warn source=great_expectations updated_at=2026-11-21T01:43:21.946461Z
            check check_id=orders/s/e4 dataset=orders kind=schema column=x enabled=true source=great_expectations seen_at=2026-11-21T01:43:21.946461Z
            check_result check_id=orders/s/e4 run_at=2026-11-21T01:43:21.946461Z status=error message=no column x source=great_expectations updated_at=2026-11-21T01:43:21.946461Z
            """);

    [Xunit.Fact]
    public async Task Mostly_lets_a_check_pass_that_some_values_did_not_meet() =>
        (await ReadingText.Of(source, "v.json", Result(
            """{"success":true,"result":{"element_count":100,"unexpected_count":4},"expectation_config":{"id":"e","type":"expect_column_values_to_be_unique","kwargs":{"column":"id","mostly":0.95}}}""")))
            .ShouldContain(" status=pass value=4 ");

    /// <summary>Flat until 0.18, by the metric's id since 1.0.</summary>
    [Xunit.Theory]
    [InlineData("""{"raised_exception":true,"exception_message":"no column x","exception_traceback":"…"}""")]
    [InlineData(Raised)]
    public async Task An_exception_is_an_error_and_no_failure_however_it_is_told(string exception) =>
        (await ReadingText.Of(source, "v.json", Result(
            $$$$"""{"success":false,"result":{},"exception_info":{{{{exception}}}},"expectation_config":{"id":"e","type":"expect_column_to_exist","kwargs":{"column":"x"}}}""")))
            .ShouldContain(" status=error message=no column x ");

    [Xunit.Fact]
    public async Task Values_that_did_not_meet_an_expectation_are_not_landed()
    {
        var text = await ReadingText.Redacted(source, Metrics.Sources.Payload.OfBytes("v.json", System.Text.Encoding.UTF8.GetBytes(Result(
            """{"success":false,"result":{"partial_unexpected_list":["Ada Lovelace"]},"expectation_config":{"type":"t","kwargs":{}}}"""))));
        text.ShouldNotContain("Lovelace");
    }

    [Xunit.Theory]
    [InlineData("""{"results":[],"meta":{"run_id":{"run_time":"1955-11-05T00:00:00+00:00"}}}""", "has no time in the years 1970 to 2200")]
    [InlineData("""{"validation_results":[],"success":true}""", "is the summary of describe(), which names neither suite, data nor time")]
    [InlineData("""{"x":1}""", "is no result of Great Expectations")]
    public async Task What_is_no_result_is_rejected(string document, string reason) =>
        (await ReadingText.Of(source, "v.json", document)).ShouldStartWith($"rejected v.json, line 1: {reason}");

    [Xunit.Fact]
    public async Task Every_fixture_is_read_or_refused_with_a_reason_and_its_redacted_form_reads_the_same()
    {
        var counts = new List<string>();
        foreach (var payload in source.Fetch([SourceFixtures.Required("great_expectations")]))
        {
            var readings = await ReadingText.Of(source, payload);
            var lines = readings.Split('\n');
            var statuses = lines.Where(l => l.StartsWith("check_result", StringComparison.Ordinal)).CountBy(l => l.Split(" status=")[1].Split(' ')[0])
                .OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}");
            counts.Add($"{Path.GetFileName(payload.Name)}: {(lines[0].StartsWith("rejected", StringComparison.Ordinal) ? "rejected" : string.Join(", ", statuses))}");
            var redacted = Metrics.Sources.Payload.OfBytes(payload.Name, System.Text.Encoding.UTF8.GetBytes(await ReadingText.Redacted(source, payload)));
            if (!lines[0].StartsWith("rejected", StringComparison.Ordinal)) (await ReadingText.Of(source, redacted)).ShouldBe(readings);
        }

        counts.ShouldBe(
        [
            "checkpoint_describe_1.2.json: rejected",
            "checkpoint_result_0.11_multiple.json: fail 4, pass 18",
            "checkpoint_run_result_1.2.json: error 1, fail 3, pass 3",
            "validation_result_0.x_datetime.json: pass 2",
            "validation_result_0.x_exceptions.json: rejected",
            "validation_result_0.x_profiler_exception.json: rejected",
            "validation_result_0.x_titanic.json: rejected",
            "validation_result_1.2.json: error 1, fail 3, pass 3",
            "validation_result_1.2_boolean_only.json: error 1, fail 3, pass 3",
        ]);
    }

    [Xunit.Fact]
    public async Task Checks_cover_a_dataset_however_often_and_in_whatever_order_they_are_imported()
    {
        await using var database = await MetricsDatabase.CreateAsync("2026-11-22T00:00:00Z");
        await database.ImportAsync(("datasets.csv", "dataset,tier\norders,1\nother,1\n"));
        var schema = Result("""{"success":false,"result":{},"expectation_config":{"type":"expect_column_to_exist","kwargs":{"column":"x"}}}""");
        var unique = Result("""{"success":true,"result":{},"expectation_config":{"type":"expect_column_values_to_be_unique","kwargs":{"column":"id","batch_id":"b"}}}""");
        await database.ImportTextAsync(source, ("b.json", unique), ("a.json", schema));
        var once = await database.LiveAsync();
        await database.ImportTextAsync(source, ("a.json", schema), ("b.json", unique), ("a2.json", schema));
        (await database.LiveAsync()).ShouldBe(once);
        var coverage = (await database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse("2026-11", database.Settings.Calendar)) { Kpis = ["check_coverage"] }, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        (coverage.Numerator, coverage.Denominator).ShouldBe((1, 2));
    }

    private static string Result(params string[] results) =>
        $$$$"""{"results":[{{{{string.Join(',', results)}}}}],"suite_name":"s","meta":{"validation_time":"20261121T014321.946461Z","active_batch_definition":{"datasource_name":"warehouse","data_asset_name":"orders"}}}""";
}
