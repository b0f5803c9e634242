using Metrics.Kpis;
using Metrics.Model;
using Metrics.Sources.OpenLineage;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Sources.OpenLineage;

public sealed class OpenLineageTests : IAsyncLifetime
{
    private const string Dag = "11111111-1111-7111-8111-111111111111";
    private const string Load = "22222222-2222-7222-8222-222222222222";
    private const string Second = "33333333-3333-7333-8333-333333333333";
    private const string Orders = """{"namespace":"postgres://db:5432","name":"dwh.marts.orders","facets":{"schema":{"fields":[{"name":"id","type":"int"},{"name":"total","type":"numeric"}]}},"outputFacets":{"outputStatistics":{"rowCount":42,"size":1000}}}""";
    private const string Raw = """{"namespace":"s3://lake","name":"/raw/orders.csv","facets":{"symlinks":{"identifiers":[{"namespace":"hive://meta","name":"raw.orders","type":"TABLE"}]}}}""";

    private readonly OpenLineageSource source = new();
    private MetricsDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    /// <summary>A DAG run with one task that fails at its first try and succeeds at its second.</summary>
    private static readonly string[] Story =
    [
        Event("START", "2026-05-01T06:00:00Z", Dag, "etl", """ "nominalTime":{"nominalStartTime":"2026-05-01T05:00:00Z"},"airflowDagRun":{"dagRun":{"run_type":"scheduled"}} """,
            job: """ "ownership":{"owners":[{"name":"user:ada"},{"name":"team:sales"}]} """),
        Event("START", "2026-05-01T06:01:00Z", Load, "etl.load", Task(1)),
        Event("FAIL", "2026-05-01T06:05:00Z", Load, "etl.load", Task(1) + """ ,"errorMessage":{"message":"no space, ask ada@example.com"} """, $"[{Raw}]", $"[{Orders}]"),
        Event("START", "2026-05-01T06:10:00Z", Second, "etl.load", Task(2)),
        Event("RUNNING", "2026-05-01T06:11:00Z", Second, "etl.load", Task(2), $"[{Raw}]"),
        Event("COMPLETE", "2026-05-01T06:20:00Z", Second, "etl.load", Task(2), "[]", $"[{Orders}]"),
        Event("COMPLETE", "2026-05-01T06:21:00Z", Dag, "etl", ""),
        """{"eventTime":"2026-05-02T00:00:00Z","dataset":{"namespace":"postgres://db:5432","name":"dwh.marts.orders","facets":{"schema":{"fields":[{"name":"id","type":"text"},{"name":"note","type":"text"}]}}}}""",
    ];

    [Xunit.Fact]
    public async Task A_dag_run_is_one_run_with_the_tries_of_its_tasks_as_attempts_and_the_datasets_that_they_write()
    {
        await ImportAsync(Story);
        (await database.LinesAsync(
            "select concat_ws(' ', pipeline, run_id, attempt, state, scheduled_for at time zone 'utc', started_at at time zone 'utc', ended_at at time zone 'utc', trigger, datasets) " +
            "from fact.pipeline_run where deleted_at is null order by attempt")).ShouldBe($$$$"""
            airflow/etl {{{{Dag}}}} 1 failed 2026-05-01 05:00:00 2026-05-01 06:00:00 2026-05-01 06:05:00 scheduled {dwh.marts.orders}
            airflow/etl {{{{Dag}}}} 2 success 2026-05-01 05:00:00 2026-05-01 06:05:00 2026-05-01 06:21:00 scheduled {dwh.marts.orders}
            """);
        (await database.LinesAsync("select concat_ws(' ', pipeline, attempt, dataset, state, ended_at at time zone 'utc', rows_written) from fact.run_output where deleted_at is null order by 1"))
            .ShouldBe("""
            airflow/etl 1 dwh.marts.orders unknown
            airflow/etl 2 dwh.marts.orders unknown
            airflow/etl.load 1 dwh.marts.orders failed 2026-05-01 06:05:00 42
            airflow/etl.load 2 dwh.marts.orders success 2026-05-01 06:20:00 42
            """);
        (await database.LinesAsync("select concat_ws(' ', id, attributes->>'team') from catalog.version where entity = 'pipeline'")).ShouldBe("airflow/etl sales");
        (await database.LinesAsync("select id from catalog.version where entity = 'lineage'")).ShouldBe("s3://lake/raw/orders.csv→dwh.marts.orders");
        (await database.LinesAsync("select concat_ws(' ', name, target) from catalog.alias")).ShouldBe("raw.orders s3://lake/raw/orders.csv");
        (await database.LinesAsync("select error from fact.pipeline_run where attempt = 1")).ShouldStartWith("no space, ask redacted:");
    }

    [Xunit.Fact]
    public async Task A_column_that_goes_or_changes_its_type_breaks_and_one_that_comes_does_not()
    {
        await ImportAsync(Story);
        (await database.LinesAsync("select concat_ws(' ', dataset, change, \"column\", \"from\", \"to\", breaking) from fact.schema_change where deleted_at is null order by 1")).ShouldBe("""
            dwh.marts.orders column_added note text t
            dwh.marts.orders column_removed total numeric t
            dwh.marts.orders type_changed id int text t
            """.Replace("note text t", "note text f", StringComparison.Ordinal));

        // Between the two: what was found before is withdrawn.
        await ImportAsync("""{"eventTime":"2026-05-01T12:00:00Z","dataset":{"namespace":"postgres://db:5432","name":"dwh.marts.orders","facets":{"schema":{"fields":[{"name":"id","type":"int"},{"name":"note","type":"text"}]}}}}""");
        (await database.LinesAsync("select concat_ws(' ', (detected_at at time zone 'utc')::time, change, \"column\") from fact.schema_change where deleted_at is null order by 1")).ShouldBe("""
            00:00:00 type_changed id
            12:00:00 column_added note
            12:00:00 column_removed total
            """);
    }

    [Xunit.Fact]
    public async Task Any_order_duplicates_and_batches_give_the_same_end()
    {
        // Every database hashes with a key of its own.
        var story = Story.Select(e => e.Replace("ask ada@example.com", "ask Ada", StringComparison.Ordinal)).ToArray();
        await ImportAsync(story);
        var expected = await database.LiveAsync();
        for (var seed = 1; seed <= 6; seed++)
        {
            var random = new Random(seed);
            var events = story.Concat(story.Where(_ => random.Next(3) == 0)).ToArray();
            random.Shuffle(events);
            await using var other = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
            foreach (var batch in events.Chunk(random.Next(1, 4)))
                await other.ImportTextAsync(source, ("events.jsonl", string.Join('\n', batch)));
            (await other.LiveAsync()).ShouldBe(expected, $"seed {seed}: {string.Join('\n', events)}");
        }
    }

    [Xunit.Fact]
    public async Task The_first_try_decides_the_success_rate_and_the_task_s_end_freshness()
    {
        (await database.ImportAsync(("datasets.csv", "dataset,tier,freshness_max_age\ndwh.marts.orders,0,PT24H\n"))).ShouldAllBe(o => o.Refused == null);
        await ImportAsync([.. Story, Event("START", "2026-05-03T06:00:00Z", "44444444-4444-7444-8444-444444444444", "etl", """ "nominalTime":{"nominalStartTime":"2026-05-03T05:00:00Z"} """, outputs: $"[{Orders}]"),
            Event("COMPLETE", "2026-05-03T06:30:00Z", "44444444-4444-7444-8444-444444444444", "etl", "")]);
        await ImportAsync(Story);
        var success = await ValueAsync("pipeline_success_rate", "2026-05");
        (success.Numerator, success.Denominator).ShouldBe((1, 2));

        // Loaded on 1 May 06:20, again on 3 May 06:30: fresh until 2 May 06:20.
        (await ValueAsync("freshness_adherence", "2026-05-02")).Value!.Value.ShouldBe((6 + 20 / 60d) / 24, 1e-9);
        (await ValueAsync("freshness_adherence", "2026-05-03")).Value!.Value.ShouldBe(17.5 / 24, 1e-9);
    }

    [Xunit.Fact]
    public async Task A_run_that_starts_again_after_its_end_makes_another_attempt()
    {
        await ImportAsync(
            Event("START", "2026-05-01T06:00:00Z", Dag, "etl", ""), Event("FAIL", "2026-05-01T06:05:00Z", Dag, "etl", """ "spark.exception":{"message":"executor lost"} """),
            Event("START", "2026-05-01T07:00:00Z", Dag, "etl", ""), Event("COMPLETE", "2026-05-01T07:05:00Z", Dag, "etl", ""));
        (await database.LinesAsync("select concat_ws(' ', attempt, state, error) from fact.pipeline_run where deleted_at is null order by 1")).ShouldBe("1 failed executor lost\n2 success");
    }

    [Xunit.Fact]
    public async Task A_parent_that_is_known_late_withdraws_the_run()
    {
        await ImportAsync(Event("START", "2026-05-01T06:00:00Z", Load, "etl.load", ""));
        (await database.LinesAsync("select pipeline from fact.pipeline_run where deleted_at is null")).ShouldBe("airflow/etl.load");
        await ImportAsync(Event("COMPLETE", "2026-05-01T06:05:00Z", Load, "etl.load", Task(1)));
        (await database.LinesAsync("select pipeline from fact.pipeline_run where deleted_at is null")).ShouldBe("");
    }

    [Xunit.Fact]
    public async Task Assertions_stand_in_three_places_and_those_of_an_abort_are_ignored()
    {
        const string assertions = """{"assertions":[{"assertion":"not_null","column":"id","success":true},{"assertion":"unique","column":"id","success":false},{"assertion":"row_count_equal_to","success":false,"severity":"warn","expected":"5","actual":"3"}]}""";
        await ImportAsync(
            Event("COMPLETE", "2026-05-01T06:00:00Z", Dag, "a", "", $$$$"""[{"namespace":"n","name":"one","inputFacets":{"dataQualityAssertions":{{{{assertions}}}}}},{"namespace":"n","name":"two","facets":{"dataQualityAssertions":{{{{assertions}}}}}}]""",
                $$$$"""[{"namespace":"n","name":"three","facets":{"dataQualityAssertions":{{{{assertions}}}}}}]"""),
            Event("ABORT", "2026-05-01T06:00:00Z", Load, "b", "", $$$$"""[{"namespace":"n","name":"four","facets":{"dataQualityAssertions":{{{{assertions}}}}}}]"""),
            Event("FAIL", "2026-05-01T06:00:00Z", Second, "c", """ "test":{"tests":[{"name":"test.p.small","type":"singular","status":"fail","severity":"warn","expected":"0","actual":"5"}]} """));
        (await database.LinesAsync(
            "select concat_ws(' ', r.check_id, c.dataset, c.kind, r.status, r.value) from fact.check_result r join fact.\"check\" c using (check_id) order by 1")).ShouldBe("""
            n/one not_null id n/one not_null pass
            n/one row_count_equal_to n/one volume warn 3
            n/one unique id n/one uniqueness fail
            n/three not_null id n/three not_null pass
            n/three row_count_equal_to n/three volume warn 3
            n/three unique id n/three uniqueness fail
            n/two not_null id n/two not_null pass
            n/two row_count_equal_to n/two volume warn 3
            n/two unique id n/two uniqueness fail
            test.p.small custom warn 5
            """);
    }

    [Xunit.Theory]
    [InlineData("""{"x":1}""", "is no OpenLineage event: it has neither a job nor a dataset; deliver RunEvents, JobEvents and DatasetEvents as the specification has them")]
    [InlineData("""{"job":{"namespace":"n","name":"j"},"run":{"runId":"11111111-1111-7111-8111-111111111111"}}""", "eventTime is missing; without it nothing can be said of when it happened")]
    [InlineData("""{"eventTime":"20261121T014233.216605Z","job":{"namespace":"n","name":"j"}}""", "eventTime is \"20261121T014233.216605Z\"; write ISO 8601 such as 2026-07-01T06:30:00Z, in the years 1970 to 2200")]
    [InlineData("""{"eventTime":"2026-05-01T06:00:00+00:00Z","job":{"namespace":"n","name":"j"}}""", "eventTime is \"2026-05-01T06:00:00+00:00Z\"; write ISO 8601 such as 2026-07-01T06:30:00Z, in the years 1970 to 2200")]
    [InlineData("""{"eventTime":"2026-05-01T06:00:00Z","run":{"runId":"{{ any }}"},"job":{"namespace":"n","name":"j"}}""", "run.runId is \"{{ any }}\"; OpenLineage requires a UUID")]
    [InlineData("""{"eventTime":"2026-05-01T06:00:00Z","eventType":"DONE","job":{"namespace":"n","name":"j"}}""", "eventType is \"DONE\"; allowed are START, RUNNING, COMPLETE, ABORT, FAIL, OTHER")]
    [InlineData("""{"eventTime":"2026-05-01T06:00:00Z","job":{"namespace":"n"}}""", "job.namespace or job.name is missing; both are needed to know the pipeline")]
    public async Task What_is_no_event_is_rejected_and_the_next_line_is_read(string line, string reason)
    {
        var outcome = (await database.ImportTextAsync(source, ("events.jsonl", line + "\n{broken\n" + Story[0]))).ShouldHaveSingleItem();
        outcome.Report!.Rejections.Select(r => r.Reason).ShouldBe([reason, "is not readable as JSON (byte 2); it may have been cut off. Deliver the line again"]);
        outcome.Report.Facts["pipeline_run"].New.ShouldBe(1);
    }

    [Xunit.Theory]
    [InlineData("2026-05-01T06:00:00", "2026-05-01 06:00:00")]
    [InlineData("2026-05-01T16:00:00.001+10:00", "2026-05-01 06:00:00.001")]
    [InlineData("2026-05-01T06:00:00.123456789Z", "2026-05-01 06:00:00.123456")]
    public async Task A_time_without_a_zone_is_utc_and_fractions_are_cut_to_microseconds(string written, string moment)
    {
        await ImportAsync(Event("START", written, Dag, "etl", ""));
        (await database.LinesAsync("select (started_at at time zone 'utc')::text from fact.pipeline_run")).ShouldBe(moment);
    }

    [Xunit.Fact]
    public async Task A_Spark_application_is_the_run_its_jobs_say_what_they_write_and_its_exception_why_it_failed()
    {
        const string parent = $$$$""" "parent":{"run":{"runId":"{{{{Dag}}}}"},"job":{"namespace":"airflow","name":"app"}} """;
        await ImportAsync(
            Event("START", "2026-05-01T06:00:00Z", Dag, "app", ""),
            Event("START", "2026-05-01T06:01:00Z", Load, "app.save", parent),
            Event("RUNNING", "2026-05-01T06:02:00Z", Load, "app.save", parent, outputs: $"[{Orders}]"),
            Event("RUNNING", "2026-05-01T06:03:00Z", Load, "app.save", parent),
            Event("FAIL", "2026-05-01T06:04:00Z", Load, "app.save", parent + """ ,"spark.exception":{"message":"executor lost"} """),
            Event("FAIL", "2026-05-01T06:05:00Z", Dag, "app", """ "spark.exception":{"message":"executor lost"} """));
        (await database.LinesAsync("select concat_ws(' ', pipeline, state, (ended_at at time zone 'utc')::time, error) from fact.pipeline_run where deleted_at is null"))
            .ShouldBe("airflow/app failed 06:05:00 executor lost");
        (await database.LinesAsync("select concat_ws(' ', pipeline, dataset, state) from fact.run_output where deleted_at is null and state = 'failed'"))
            .ShouldBe("airflow/app.save dwh.marts.orders failed");
    }

    /// <summary>The hour that a clock shows twice in autumn: two runs an hour apart, told by their offsets.</summary>
    [Xunit.Fact]
    public async Task The_hour_that_comes_twice_in_autumn_is_two_hours()
    {
        await ImportAsync(
            Event("START", "2026-10-25T02:30:00+02:00", Dag, "etl", ""), Event("COMPLETE", "2026-10-25T02:30:00+01:00", Dag, "etl", ""));
        (await database.LinesAsync("select (ended_at - started_at)::text from fact.pipeline_run")).ShouldBe("01:00:00");
    }

    [Xunit.Fact]
    public async Task Every_fixture_is_read_or_refused_with_a_reason()
    {
        var outcomes = await database.ImportAsync(source, SourceFixtures.Required("openlineage"));
        string Became(string name)
        {
            var outcome = outcomes.Single(o => o.Name.EndsWith(name, StringComparison.Ordinal));
            return outcome.Skipped ?? outcome.Refused ?? $"{outcome.Report!.Facts.Values.Sum(f => f.New + f.Changed + f.Same)} records, {outcome.Report.Rejected} rejected";
        }

        outcomes.Count.ShouldBe(29);
        Became("dbt_skipped_test_template.yaml").ShouldBe("is not one of .json, .jsonl, .ndjson");
        outcomes.Where(o => o.Report?.Rejected > 0).Select(o => $"{Path.GetFileName(o.Name)} {o.Report!.Rejected}").Order(StringComparer.Ordinal).ShouldBe(
        [
            "ColumnLineageDatasetFacet_2.json 1", "DataQualityAssertionsDatasetFacet_1.json 1", "DataQualityMetricsInputDatasetFacet_1.json 1",
            "ErrorMessageRunFacet_1.json 1", "LifecycleStateChangeDatasetFacet_1.json 1", "NominalTimeRunFacet_1.json 1", "ParentRunFacet_2.json 1",
            "dbt_test_events_template.json 26", "flink_fail_expected.json 1", "marquez_food_delivery_template.json 26",
            "spark_complete_sparksql.json 1", "spark_lifecycle_alter_add_columns.json 1", "spark_lifecycle_rename.json 1",
        ]);

        // Three DAG runs, by hand, and no task among them.
        (await database.LinesAsync("select concat_ws(' ', pipeline, state, trigger, cardinality(datasets)) from fact.pipeline_run where deleted_at is null and pipeline like 'airflow/%' order by 1"))
            .ShouldBe("airflow/BQ success manual 3\nairflow/dag success manual 0\nairflow/gcs_hook success manual 7");
        (await database.LinesAsync("select concat_ws(' ', pipeline, state) from fact.pipeline_run where deleted_at is null and pipeline like 'dbt-test%' order by 1"))
            .ShouldBe("dbt-test-namespace/dbt-run-jaffle_shop cancelled\ndbt-test-namespace/dbt-run-jaffle_shop failed\ndbt-test-namespace/dbt-run-jaffle_shop failed\ndbt-test-namespace/dbt-run-jaffle_shop running");
        (await database.LinesAsync("select concat_ws(' ', state, left(error, 38)) from fact.pipeline_run where pipeline like 'TRIMMED%'")).ShouldBe("failed Job aborted due to stage failure: Task");
    }

    private static string Task(int number) =>
        $$$$""" "parent":{"run":{"runId":"{{{{Dag}}}}"},"job":{"namespace":"airflow","name":"etl"}},"airflow":{"taskInstance":{"try_number":{{{{number}}}}}} """;

    private static string Event(string type, string at, string run, string name, string facets, string inputs = "[]", string outputs = "[]", string job = "") =>
        $$$$"""{"eventType":"{{{{type}}}}","eventTime":"{{{{at}}}}","run":{"runId":"{{{{run}}}}","facets":{ {{{{facets}}}} }},"job":{"namespace":"airflow","name":"{{{{name}}}}","facets":{ {{{{job}}}} }},"inputs":{{{{inputs}}}},"outputs":{{{{outputs}}}}}""";

    private async Task<KpiRow> ValueAsync(string kpi, string period) =>
        (await database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse(period, database.Settings.Calendar)) { Kpis = [kpi] }, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();

    private async Task ImportAsync(params string[] events)
    {
        var outcomes = await database.ImportTextAsync(source, ("events.jsonl", string.Join('\n', events)));
        outcomes.ShouldAllBe(o => o.Refused == null && o.Report!.Rejected == 0);
    }
}
