using Metrics.Kpis;
using Metrics.Model;
using Metrics.Sources.Soda;
using Metrics.Tests.Sources.Canonical;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Sources.Soda;

public sealed class SodaTests
{
    private readonly SodaSource source = new();

    [Xunit.Theory]
    [InlineData("- row_count > 0", "volume")]
    [InlineData("- anomaly detection for row_count", "volume")]
    [InlineData("- duplicate_count(id) = 0", "uniqueness")]
    [InlineData("- missing_percent(id) < 1%", "not_null")]
    [InlineData("- invalid_count(id) = 0:\\n      valid values: [a]", "accepted_values")]
    [InlineData("- freshness(created_at) < 1d", "freshness")]
    [InlineData("- values in (customer_id) must exist in customers (id)", "referential")]
    [InlineData("- schema:\\n      fail: when required column missing: [id]", "schema")]
    [InlineData("- avg(amount) > 1", "custom")]
    public async Task The_kind_comes_from_the_definition(string line, string kind) =>
        (await ReadingText.Of(source, "s.json", Scan(hasErrors: false, Check("pass", line)))).ShouldContain($" kind={kind} ");

    [Xunit.Theory]
    [InlineData("\"pass\"", false, "pass")]
    [InlineData("\"pass\"", true, "error")]
    [InlineData("\"warn\"", true, "warn")]
    [InlineData("\"fail\"", true, "fail")]
    [InlineData("null", false, "error")]
    [InlineData("\"PASSED\"", false, "pass")]
    [InlineData("\"NOT_EVALUATED\"", false, "error")]
    [InlineData("\"EXCLUDED\"", false, "skipped")]
    public async Task A_pass_in_a_scan_with_errors_is_not_believed(string outcome, bool hasErrors, string status) =>
        (await ReadingText.Of(source, "s.json", Scan(hasErrors, Check("pass", "- row_count > 0").Replace("\"pass\"", outcome, StringComparison.Ordinal)))).ShouldContain($" status={status} ");

    [Xunit.Fact]
    public async Task Every_fixture_is_read()
    {
        var folder = SourceFixtures.Required("soda");
        (await Statuses(Path.Combine(folder, "scan_results_3.5.6_fail_warn_pass.json"))).ShouldBe("volume pass, schema fail, not_null fail, custom fail, uniqueness warn, accepted_values fail");
        (await Statuses(Path.Combine(folder, "scan_results_3.5.6_query_error.json"))).ShouldBe("uniqueness warn, accepted_values error");
    }

    [Xunit.Fact]
    public async Task Checks_cover_a_dataset()
    {
        await using var database = await MetricsDatabase.CreateAsync("2026-11-22T00:00:00Z");
        await database.ImportAsync(("datasets.csv", "dataset,tier\norders,1\nother,1\n"));
        var scan = Scan(hasErrors: false, Check("pass", "- schema:"), Check("fail", "- duplicate_count(id) = 0"));
        await database.ImportTextAsync(source, ("a.json", scan));
        var once = await database.LiveAsync();
        await database.ImportTextAsync(source, ("b.json", scan));
        (await database.LiveAsync()).ShouldBe(once);
        var coverage = (await database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse("2026-11", database.Settings.Calendar)) { Kpis = ["check_coverage"] }, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        (coverage.Numerator, coverage.Denominator).ShouldBe((1, 2));
    }

    private async Task<string> Statuses(string file)
    {
        var lines = (await ReadingText.Of(source, Metrics.Sources.Payload.OfFile(file))).Split('\n');
        return string.Join(", ", lines.Chunk(2).Select(l => $"{Word(l[0], "kind")} {Word(l[1], "status")}"));
    }

    private static string Word(string line, string name) => line.Split($" {name}=")[1].Split(' ')[0];

    private static string Scan(bool hasErrors, params string[] checks) =>
        $$$$"""{"definitionName":"d","defaultDataSource":"warehouse","scanEndTimestamp":"2026-11-21T01:45:19+00:00","hasErrors":{{{{(hasErrors ? "true" : "false")}}}},"checks":[{{{{string.Join(',', checks)}}}}],"metrics":[]}""";

    private static string Check(string outcome, string line) =>
        $$$$"""{"identity":"{{{{line.Length}}}}","name":"n","type":"generic","definition":"checks for orders:\n  {{{{line}}}}","dataSource":"warehouse","table":"orders","column":null,"metrics":[],"outcome":"{{{{outcome}}}}","diagnostics":{"value":3}}""";
}
