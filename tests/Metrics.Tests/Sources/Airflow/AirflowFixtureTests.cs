using Metrics.Sources;
using Metrics.Sources.Airflow;
using Metrics.Tests.Sources.Canonical;

namespace Metrics.Tests.Sources.Airflow;

/// <summary>Real answers of Airflow, where the shared fixtures lie beside the repository; else there is nothing to check.</summary>
public sealed class AirflowFixtureTests
{
    private static readonly string? Folder = SourceFixtures.Folder("airflow");

    private readonly AirflowSource source = new();

    [Theory]
    [InlineData("v1_dag_runs_CONSTRUCTED.json", "success scheduled, failed scheduled, running manual, queued event, success backfill")]
    [InlineData("v2_dag_runs_CONSTRUCTED.json", "success scheduled, failed event, running manual")]
    [InlineData("v2_dag_runs_ui_mock.json", "success manual, success manual, success manual")]
    public async Task Runs_are_read_with_state_and_trigger(string name, string expected) =>
        string.Join(", ", (await ReadAsync(name)).Select(l => $"{Word(l, "state")} {Word(l, "trigger")}")).ShouldBe(expected);

    [Theory]
    [InlineData("v1_dataset_events_CONSTRUCTED.json", "scheduled__2026-02-01T00:00:00+00:00")]
    [InlineData("v2_asset_events_CONSTRUCTED.json", "scheduled__2026-02-02T00:00:00+00:00")]
    public async Task Events_are_loads(string name, string run) => (await ReadAsync(name)).ShouldBe(
    [
        $"run_output pipeline=orders_daily run_id={run} dataset=s3://lake/orders/ state=success ended_at=2026-02-02T00:12:44.1Z rows_written=10421 " +
        "source=airflow updated_at=2026-02-02T00:12:44.1Z",
    ]);

    [Theory]
    [InlineData("v1_task_instance_responses.json")]
    [InlineData("v1_task_instance_tries_CONSTRUCTED.json")]
    [InlineData("v1_task_instances_CONSTRUCTED.json")]
    [InlineData("v2_task_instance_responses.json")]
    public async Task Task_instances_alone_are_refused(string name) =>
        (await Should.ThrowAsync<SourceException>(() => ReadAsync(name))).Message.ShouldContain(": holds task instances without their DAG runs. ");

    /// <summary>The tries of a task that used up its retries are one failed attempt of its run.</summary>
    [Fact]
    public async Task Runs_and_tries_in_one_document_tell_attempts()
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        string Member(string file, string member) =>
            System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder!, file))).RootElement.GetProperty(member).GetRawText();
        var together = $$"""{"dag_runs":{{Member("v1_dag_runs_CONSTRUCTED.json", "dag_runs")}},"task_instances":{{Member("v1_task_instance_tries_CONSTRUCTED.json", "task_instances")}}}""";

        var readings = (await ReadingText.Of(source, "answer.json", together)).Split('\n');

        readings.Length.ShouldBe(5);
        readings[1].ShouldContain(" attempt=1 ");
        readings[1].ShouldContain(" error=task load failed in try 3 ");
    }

    [Fact]
    public async Task Every_file_is_read_skipped_or_refused()
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        foreach (var payload in source.Fetch([Folder!]))
        {
            if (payload.Skipped is { } reason)
            {
                reason.ShouldBe("is no JSON; saved answers of Airflow's API are read as .json and .json.gz");
                continue;
            }

            try
            {
                (await ReadingText.Of(source, payload)).ShouldNotBeEmpty();
            }
            catch (SourceException refused)
            {
                refused.Message.ShouldStartWith($"{payload.Name}: holds task instances without");
            }
        }
    }

    private async Task<string[]> ReadAsync(string name)
    {
        Assert.SkipWhen(Folder is null, "The shared fixtures are not beside the repository.");
        return (await ReadingText.Of(source, Payload.OfFile(Path.Combine(Folder!, name)))).Split('\n');
    }

    private static string Word(string line, string name) => line.Split($" {name}=")[1].Split(' ')[0];
}
