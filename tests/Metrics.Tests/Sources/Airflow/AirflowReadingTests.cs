using System.Text;
using System.Text.Json.Nodes;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.Airflow;
using Metrics.Tests.Sources.Canonical;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Sources.Airflow;

/// <summary>What becomes of Airflow's answers.</summary>
public sealed class AirflowReadingTests
{
    private readonly AirflowSource source = new();

    [Fact]
    public async Task A_run_of_version_1_and_one_of_version_2()
    {
        (await ReadAsync("""
            {"dag_runs":[{"dag_id":"orders","dag_run_id":"scheduled__2026-07-01T00:00:00+00:00","logical_date":"2026-07-01T00:00:00+00:00",
              "start_date":"2026-07-02T00:00:03.120456789+00:00","end_date":"2026-07-02T00:12:44.5+00:00","run_type":"scheduled","external_trigger":false,"state":"success"}],
             "total_entries":1}
            """)).ShouldBe(
            "pipeline_run pipeline=orders run_id=scheduled__2026-07-01T00:00:00+00:00 attempt=1 scheduled_for=2026-07-01T00:00:00Z " +
            "started_at=2026-07-02T00:00:03.120456Z ended_at=2026-07-02T00:12:44.5Z state=success trigger=scheduled source=airflow updated_at=2026-07-02T00:12:44.5Z");
        (await ReadAsync("""
            {"dag_runs":[{"dag_id":"orders","dag_run_id":"asset_triggered__1","logical_date":null,"run_after":"2026-07-02T08:00:00.5Z","queued_at":"2026-07-02T08:00:01Z",
              "start_date":null,"end_date":null,"run_type":"asset_triggered","triggered_by":"asset","state":"queued"}]}
            """)).ShouldBe(
            "pipeline_run pipeline=orders run_id=asset_triggered__1 attempt=1 scheduled_for=2026-07-02T08:00:00.5Z state=queued trigger=event source=airflow " +
            "updated_at=2026-07-02T08:00:01Z");
    }

    [Theory]
    [InlineData("\"run_type\":\"scheduled\"", "scheduled")]
    [InlineData("\"run_type\":\"manual\"", "manual")]
    [InlineData("\"run_type\":\"manual\",\"triggered_by\":\"operator\"", "event")]
    [InlineData("\"run_type\":\"backfill\"", "backfill")]
    [InlineData("\"run_type\":\"dataset_triggered\"", "event")]
    [InlineData("\"run_type\":\"asset_triggered\"", "event")]
    [InlineData("\"run_type\":\"asset_materialization\"", "manual")]
    [InlineData("\"external_trigger\":true", "manual")]
    [InlineData("\"external_trigger\":false", "scheduled")]
    public async Task What_set_a_run_off(string members, string trigger) =>
        (await ReadAsync($$"""[{"dag_id":"a","dag_run_id":"r","state":"success",{{members}}}]""")).ShouldContain($" trigger={trigger} ");

    [Theory]
    [InlineData("queued", "queued")]
    [InlineData("running", "running")]
    [InlineData("success", "success")]
    [InlineData("failed", "failed")]
    [InlineData("dreaming", "unknown")]
    public async Task The_state_of_a_run(string word, string state) =>
        (await ReadAsync($$"""[{"dag_id":"a","dag_run_id":"r","run_type":"scheduled","state":"{{word}}"}]""")).ShouldContain($" state={state} ");

    /// <summary>Version 2 sends null, version 1 of some servers the word "none"; conf is null or an object.</summary>
    [Theory]
    [InlineData("null", "null")]
    [InlineData("\"none\"", "{}")]
    public async Task A_state_that_is_none_is_unknown_and_conf_may_be_null(string state, string conf) =>
        (await ReadAsync($$"""{"dag_runs":[{"dag_id":"a","dag_run_id":"manual__2026-07-01T00:00:00+00:00","run_type":"manual","state":{{state}},"conf":{{conf}}}]}"""))
            .ShouldBe("pipeline_run pipeline=a run_id=manual__2026-07-01T00:00:00+00:00 attempt=1 state=unknown trigger=manual source=airflow");

    [Fact]
    public async Task An_end_before_its_start_and_a_run_without_its_ids_are_rejected_alone()
    {
        var readings = await ReadAsync("""
            {"dag_runs":[{"dag_id":"a","dag_run_id":"r1","state":"success","start_date":"2026-07-02T00:00:00Z","end_date":"2026-07-01T00:00:00Z"},
              {"dag_id":"a","state":"success"},{"dag_id":"a","dag_run_id":"r2","state":"success"}]}
            """);

        readings.Split('\n').Select(l => l.Split('<')[0].Trim()).ShouldBe(
        [
            "rejected answer.json, dag_runs[0]: ended_at 2026-07-01T00:00:00.0000000+00:00 lies before started_at 2026-07-02T00:00:00.0000000+00:00",
            "rejected answer.json, dag_runs[1]: dag_id or dag_run_id is missing; both name the run",
            "pipeline_run pipeline=a run_id=r2 attempt=1 state=success trigger=scheduled source=airflow",
        ]);
    }

    [Fact]
    public async Task A_dag_with_its_schedule_team_tier_and_the_assets_it_produces()
    {
        const string Answer = """
            {"dags":[{"dag_id":"orders","dag_display_name":"Orders","owners":["airflow","crm"],"tags":[{"name":"tier-1"},{"name":"nightly"}],"timetable_summary":"0 6 * * *"},
              {"dag_id":"old","owners":[],"tags":[],"schedule_interval":{"__type":"CronExpression","value":"@daily"}}],
             "assets":[{"uri":"s3://lake/orders/","name":"orders","group":"asset","producing_tasks":[{"dag_id":"orders","task_id":"load"}]},
              {"uri":"s3://lake/tmp/","name":"tmp","producing_tasks":[{"dag_id":"orders","task_id":"load"}]}]}
            """;
        Dictionary<string, IReadOnlyList<MappingRule>> rules = new()
        {
            ["team"] = [Rule("owner", "crm", "crm-team")],
            ["tier"] = [Rule("tag", "tier-*", "$1")],
            ["datasets"] = [Rule("dag", "orders", "mart.orders; mart.returns")],
            ["dataset"] = [Rule("name", "tmp", ""), Rule("asset", "s3://lake/*/", "lake.$1")],
        };

        (await ReadAsync(Answer)).ShouldBe("""
            pipeline pipeline=orders name=Orders schedule=0 6 * * * datasets=s3://lake/orders/;s3://lake/tmp/ system=airflow source=airflow updated_at=2026-07-03T00:00:00Z seen_at=2026-07-03T00:00:00Z
            pipeline pipeline=old name=old schedule=@daily system=airflow source=airflow updated_at=2026-07-03T00:00:00Z seen_at=2026-07-03T00:00:00Z
            """);
        (await ReadAsync(Answer, rules)).ShouldBe("""
            pipeline pipeline=orders name=Orders team=crm-team schedule=0 6 * * * datasets=lake.orders;mart.orders;mart.returns system=airflow source=airflow updated_at=2026-07-03T00:00:00Z seen_at=2026-07-03T00:00:00Z
            dataset dataset=lake.orders tier=1 team=crm-team source=airflow updated_at=2026-07-03T00:00:00Z seen_at=2026-07-03T00:00:00Z
            dataset dataset=mart.orders tier=1 team=crm-team source=airflow updated_at=2026-07-03T00:00:00Z seen_at=2026-07-03T00:00:00Z
            dataset dataset=mart.returns tier=1 team=crm-team source=airflow updated_at=2026-07-03T00:00:00Z seen_at=2026-07-03T00:00:00Z
            pipeline pipeline=old name=old schedule=@daily system=airflow source=airflow updated_at=2026-07-03T00:00:00Z seen_at=2026-07-03T00:00:00Z
            """);
    }

    [Fact]
    public async Task An_event_of_an_asset_is_a_load_of_its_dataset_and_one_from_outside_is_left_out()
    {
        (await ReadAsync("""
            {"dataset_events":[{"id":7,"dataset_uri":"s3://lake/orders/","extra":{"row_count":10421},"source_dag_id":"orders","source_run_id":"r1","timestamp":"2026-07-02T00:12:44.1+00:00"},
              {"id":8,"dataset_uri":"s3://lake/orders/","source_dag_id":null,"source_run_id":null,"timestamp":"2026-07-02T00:13:00+00:00"},
              {"id":9,"source_dag_id":"orders","source_run_id":"r1","timestamp":"2026-07-02T00:13:00+00:00"}]}
            """)).Split('\n').Select(l => l.Split('<')[0].Trim()).ShouldBe(
            [
                "run_output pipeline=orders run_id=r1 dataset=s3://lake/orders/ state=success ended_at=2026-07-02T00:12:44.1Z rows_written=10421 source=airflow updated_at=2026-07-02T00:12:44.1Z",
                "rejected answer.json, events[2]: timestamp or the asset's uri is missing; both are needed to know what was loaded when",
                "remark 1 asset events left out: no DAG run of this Airflow is their source",
            ]);
    }

    [Theory]
    [InlineData("""{"task_instances":[{"task_id":"a","try_number":1}]}""",
        "holds task instances without their DAG runs. Tries tell the attempts of a run only beside it: put the run's answer and these into one document, as dag_runs and task_instances.")]
    [InlineData("""[{"task_id":"a","try_number":1}]""",
        "holds task instances without their DAG runs. Tries tell the attempts of a run only beside it: put the run's answer and these into one document, as dag_runs and task_instances.")]
    [InlineData("""{"assets":[{"uri":"a"}]}""", "holds assets without the DAGs that produce them; put both into one document, as dags and assets.")]
    [InlineData("""{"pools":[]}""", "is no answer of Airflow's API that is read; those have dags, assets or datasets, dag_runs, task_instances, asset_events or dataset_events.")]
    [InlineData("[]", "is no answer of Airflow's API that is read; those have dags, assets or datasets, dag_runs, task_instances, asset_events or dataset_events.")]
    public async Task What_says_nothing_by_itself_is_refused(string answer, string reason) =>
        (await Should.ThrowAsync<SourceException>(() => ReadAsync(answer))).Message.ShouldBe($"answer.json: {reason}");

    [Fact]
    public async Task What_is_no_json_is_refused() =>
        (await Should.ThrowAsync<SourceException>(() => ReadAsync("<html>"))).Message.ShouldStartWith("answer.json: is not readable as JSON: ");

    [Fact]
    public async Task People_and_what_may_hold_anything_are_not_stored_and_the_rest_reads_the_same()
    {
        var run = AirflowRows.Run("ann.lee@example.com", "r", "failed", "2026-07-01T00:00:00Z", "2026-07-01T01:00:00Z");
        run["note"] = "call Ann";
        var answer = new JsonObject { ["dag_runs"] = new JsonArray(run) }.ToJsonString();

        var redacted = await ReadingText.Redacted(source, Payload.OfBytes("answer.json", Encoding.UTF8.GetBytes(answer)));

        redacted.ShouldNotContain("ann");
        redacted.ShouldNotContain("hunter2");
        (await ReadAsync(redacted)).ShouldBe(await ReadAsync(answer));
        (await ReadAsync(answer)).ShouldStartWith($"pipeline_run pipeline={ReadingText.Redactor.Hash("ann.lee@example.com")} ");
    }

    private static MappingRule Rule(string attribute, string pattern, string value) => MappingRule.Create([new(attribute, pattern)], value);

    private async Task<string> ReadAsync(string answer, Dictionary<string, IReadOnlyList<MappingRule>>? rules = null)
    {
        var connection = SourceConnection.Bare(source) with { Mapping = new Mapping(rules ?? []) };
        var payload = Payload.OfBytes("answer.json", Encoding.UTF8.GetBytes(answer));
        var context = new ReadContext(ReadingText.Redactor, connection, new DateTimeOffset(2026, 7, 3, 0, 0, 0, TimeSpan.Zero));
        var readings = new List<string>();
        await foreach (var reading in source.ReadAsync(payload, context, TestContext.Current.CancellationToken)) readings.Add(ReadingText.Of(reading));
        return string.Join('\n', readings);
    }
}
