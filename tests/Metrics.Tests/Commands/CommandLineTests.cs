using System.Text.Json;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Commands;

public sealed class CommandLineTests : IAsyncDisposable
{
    private const string Runs = "pipeline,run_id,attempt,scheduled_for,ended_at,state\n";
    private readonly TestFolder data = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("metrics-records-");

    public async ValueTask DisposeAsync()
    {
        await data.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_import_that_is_killed_at_any_moment_ends_in_the_same_state_when_it_is_run_again()
    {
        var records = folder.FullName;
        var cancellation = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(Path.Combine(records, "datasets.csv"), "dataset,valid_from,tier\nd0,,0\nd1,,1\nd2,,2\n", cancellation);
        await File.WriteAllTextAsync(Path.Combine(records, "pipelines.csv"), "pipeline,datasets\np0,d0\np1,d1\np2,d2\n", cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(records, "pipeline_runs.csv"),
            Runs + string.Concat(Enumerable.Range(0, 60_000).Select(i =>
                $"p{i % 3},r{i},1,{Moment(i)},{Moment(i)},{(i % 10 == 0 ? "failed" : "success")}\n")),
            cancellation);
        (await MetricsProcess.RunAsync(data.Path, "migrate")).Code.ShouldBe(0);

        foreach (var milliseconds in (int[])[700, 1500, 2400, 3500])
        {
            using var import = MetricsProcess.Start(data.Path, "import", "canonical", records);
            await Task.WhenAny(import.WaitForExitAsync(cancellation), Task.Delay(milliseconds, cancellation));
            if (!import.HasExited) import.Kill();
            await import.WaitForExitAsync(cancellation);
        }

        (await MetricsProcess.RunAsync(data.Path, "import", "canonical", records)).Code.ShouldBe(0);
        var again = await MetricsProcess.RunAsync(data.Path, "import", "canonical", records);
        again.Output.ShouldContain("pipeline_runs.csv: 0 new, 0 changed, 60000 same, 0 rejected");

        var values = await MetricsProcess.RunAsync(data.Path, "kpi", "pipeline_success_rate", "--period", "2026-Q2", "--by", "tier", "--format", "json");
        values.Code.ShouldBe(0, values.Errors);
        using var rows = JsonDocument.Parse(values.Output);
        rows.RootElement.EnumerateArray().Select(r => (r.GetProperty("tier").GetInt32(), r.GetProperty("numerator").GetDecimal(), r.GetProperty("n").GetInt64()))
            .ShouldBe([(0, 18_000, 20_000), (1, 18_000, 20_000), (2, 18_000, 20_000)]);
    }

    [Theory]
    [InlineData(2, "--period \"2026-Q5\"", "kpi", "--period", "2026-Q5")]
    [InlineData(2, "There is no KPI \"nonsense\"", "kpi", "nonsense", "--period", "2026-Q2")]
    [InlineData(2, "--by \"colour\" is not known; allowed are tier, team, domain, dataset", "kpi", "--by", "colour")]
    [InlineData(2, "--format \"xml\" is not known; allowed are table, json, csv.", "kpi", "--format", "xml")]
    [InlineData(2, "There is no source \"excel\"; there are canonical, airflow, dbt, ", "import", "excel", "x")]
    [InlineData(2, "--now \"yesterday\" is not a time", "kpi", "--now", "yesterday")]
    [InlineData(2, "Reporting:TimeZone", "kpi", "--set", "Reporting:Zone=UTC")]
    [InlineData(2, "metrics --help", "frobnicate")]
    [InlineData(1, "/nowhere", "import", "canonical", "/nowhere")]
    public async Task A_wrong_call_says_what_was_given_and_what_is_allowed(int code, string message, params string[] arguments)
    {
        var result = await MetricsProcess.RunAsync(data.Path, arguments);

        result.Code.ShouldBe(code, result.Output + result.Errors);
        result.Output.ShouldBeEmpty();
        result.Errors.ShouldContain(message.StartsWith("--period", StringComparison.Ordinal) ? "2026-Q5" : message);
    }

    private static string Moment(int i) =>
        new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(i * 2).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
