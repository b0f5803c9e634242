using Metrics.Sources;
using Metrics.Sources.Dbt;
using Metrics.Tests.Sources.Canonical;

namespace Metrics.Tests.Sources.Dbt;

public class DbtRunResultsTests
{
    private readonly DbtSource source = new();

    [Fact]
    public async Task A_build_is_one_run_with_an_output_per_dataset_and_a_result_per_test() =>
        (await Read("build", """
            {"unique_id":"seed.shop.countries","status":"success","relation_name":null,"timing":[],"adapter_response":{"code":"INSERT","rows_affected":12}},
            {"unique_id":"model.shop.stg_orders","status":"success","relation_name":"\"dwh\".\"staging\".\"stg_orders\"",
             "timing":[{"name":"compile","completed_at":"2026-07-01T05:00:02Z"},{"name":"execute","completed_at":"2026-07-01T05:00:03.1234567Z"}],
             "adapter_response":{"code":"SUCCESS","rows_affected":0}},
            {"unique_id":"model.shop.tmp","status":"skipped","relation_name":null,"timing":[],"adapter_response":{}},
            {"unique_id":"model.shop.orders","status":"success","relation_name":"`proj`.`marts`.`orders`",
             "timing":[{"name":"execute","completed_at":"2026-07-01T05:00:09Z"}],"adapter_response":{"rows_affected":"1500"}},
            {"unique_id":"snapshot.shop.orders_history","status":"no-op","relation_name":"dwh.snap.orders_history","timing":[],"adapter_response":{"rows_affected":-1}},
            {"unique_id":"test.shop.unique_orders_id.1a","status":"pass","failures":0,"timing":[{"name":"execute","completed_at":"2026-07-01T05:00:10Z"}]},
            {"unique_id":"test.shop.not_null_orders_id.2b","status":"warn","failures":"3","message":"Got 3 results, see ada@example.com","timing":[]},
            {"unique_id":"unit_test.shop.orders.adds_up","status":"fail"},
            {"unique_id":"operation.shop.shop-on-run-end-0","status":"success"}
            """)).ShouldBe($"""
            pipeline_run pipeline=shop.build run_id=inv-1 attempt=1 started_at=2026-07-01T05:00:00.5Z ended_at=2026-07-01T05:00:12Z state=success trigger=scheduled datasets=seed.shop.countries;dwh.staging.stg_orders;proj.marts.orders;dwh.snap.orders_history source=dbt updated_at=2026-07-01T05:00:12Z
            run_output pipeline=shop.build run_id=inv-1 attempt=1 dataset=seed.shop.countries state=success ended_at=2026-07-01T05:00:12Z rows_written=12 source=dbt updated_at=2026-07-01T05:00:12Z
            run_output pipeline=shop.build run_id=inv-1 attempt=1 dataset=dwh.staging.stg_orders state=success ended_at=2026-07-01T05:00:03.123456Z source=dbt updated_at=2026-07-01T05:00:12Z
            run_output pipeline=shop.build run_id=inv-1 attempt=1 dataset=proj.marts.orders state=success ended_at=2026-07-01T05:00:09Z rows_written=1500 source=dbt updated_at=2026-07-01T05:00:12Z
            run_output pipeline=shop.build run_id=inv-1 attempt=1 dataset=dwh.snap.orders_history state=skipped source=dbt updated_at=2026-07-01T05:00:12Z
            check_result check_id=test.shop.unique_orders_id.1a run_at=2026-07-01T05:00:10Z status=pass value=0 source=dbt updated_at=2026-07-01T05:00:12Z
            check_result check_id=test.shop.not_null_orders_id.2b run_at=2026-07-01T05:00:12Z status=warn value=3 message=Got 3 results, see {ReadingText.Redactor.Hash("ada@example.com")} source=dbt updated_at=2026-07-01T05:00:12Z
            """);

    [Theory]
    [InlineData("model.shop.a error", "failed")]
    [InlineData("model.shop.a success, model.shop.b partial success", "failed")]
    [InlineData("model.shop.a success, operation.shop.hook error", "failed")]
    [InlineData("model.shop.a success, test.shop.t fail", "success")]
    [InlineData("model.shop.a success, test.shop.t error", "success")]
    [InlineData("model.shop.a success, test.shop.t fail, model.shop.b skipped", "failed")]
    [InlineData("model.shop.a success, model.shop.b skipped", "success")]
    [InlineData("model.shop.a skipped, model.shop.b reused", "skipped")]
    [InlineData("model.shop.a success, model.shop.b exploded", "success")]
    [InlineData("model.shop.b exploded", "unknown")]
    [InlineData("test.shop.t fail, test.shop.u pass", "success")]
    [InlineData("test.shop.t error, test.shop.u pass", "failed")]
    [InlineData("test.shop.t skipped", "skipped")]
    public async Task A_run_fails_when_a_load_failed_or_was_held_back(string results, string state) =>
        (await Read("build", string.Join(',', results.Split(", ").Select(r => r.Split(' ', 2))
            .Select(r => $$"""{"unique_id":"{{r[0]}}","status":"{{r[1]}}","timing":[]}"""))))
            .ShouldContain($" state={state} trigger=scheduled");

    [Theory]
    [InlineData("partial success", "failed")]
    [InlineData("Success", "success")]
    [InlineData("reused", "skipped")]
    [InlineData("running", "unknown")]
    public async Task An_output_has_the_state_of_its_node(string status, string state) =>
        (await Read("run", $$"""{"unique_id":"model.shop.a","status":"{{status}}","timing":[]}""")).Split('\n')[1]
            .ShouldStartWith($"run_output pipeline=shop.run run_id=inv-1 attempt=1 dataset=model.shop.a state={state}");

    [Theory]
    [InlineData("""{"which":"generate"}""", "\"dbt generate\"")]
    [InlineData("""{"which":"compile"}""", "\"dbt compile\"")]
    [InlineData("""{"rpc_method":"docs.generate"}""", "\"dbt docs.generate\"")]
    [InlineData("""{"command":"list"}""", "\"dbt list\"")]
    public async Task A_file_of_an_invocation_that_executes_nothing_is_refused(string args, string command) =>
        (await Refused(args, """{"unique_id":"model.shop.a","status":"success"}""")).ShouldBe(
            $"run_results.json: was written by {command}, which executes nothing: its statuses say nothing about data. " +
            $"Import the run_results.json of run, build, test, seed, snapshot and retry; keep it apart before {command.Trim('"')} overwrites it.");

    [Fact]
    public async Task Without_a_command_tests_that_succeed_give_away_that_nothing_was_executed() =>
        (await Refused("{}", """{"unique_id":"model.shop.a","status":"success"},{"unique_id":"test.shop.t","status":"success"}""")).ShouldBe(
            "run_results.json: args.which is missing, and every test has the status \"success\", so nothing was executed " +
            "(dbt docs generate writes such files). Import the run_results.json of run, build, test, seed, snapshot and retry.");

    [Theory]
    [InlineData("model", "shop.run")]
    [InlineData("seed", "shop.seed")]
    public async Task Without_a_command_the_results_say_which_it_was(string resource, string pipeline) =>
        (await ReadingText.Of(source, "run_results.json", File("{}", $$"""{"unique_id":"{{resource}}.shop.a","status":"success"}""")))
            .ShouldStartWith($"pipeline_run pipeline={pipeline} ");

    [Fact]
    public async Task A_file_without_results_is_refused() =>
        (await Refused("""{"which":"run"}""", "")).ShouldBe(
            "run_results.json: has no results, so nothing was executed; check the selection of the invocation.");

    [Fact]
    public async Task A_result_that_cannot_be_read_is_rejected_alone() =>
        (await Read("test", """
            {"status":"pass"},
            {"unique_id":"test.shop.t","status":"success"},
            {"unique_id":"test.shop.u","status":"pass","failures":"Test failure","message":"a\u0000b"}
            """)).ShouldBe("""
            rejected run_results.json, results[0]: unique_id or status is missing; both are needed to know what ran <{"status":"pass"}>
            pipeline_run pipeline=shop.test run_id=inv-1 attempt=1 started_at=2026-07-01T05:00:00.5Z ended_at=2026-07-01T05:00:12Z state=success trigger=scheduled source=dbt updated_at=2026-07-01T05:00:12Z
            rejected run_results.json, test.shop.t: status is "success", which no test ends with; allowed are pass, warn, fail, error and skipped <success>
            check_result check_id=test.shop.u run_at=2026-07-01T05:00:12Z status=pass message=a�b source=dbt updated_at=2026-07-01T05:00:12Z
            """);

    [Theory]
    [InlineData("""{"which":"run"}""", "shop")]
    [InlineData("""{"which":"run","project_dir":"/srv/dbt/my-lib/"}""", "my_lib")]
    public async Task The_project_is_the_folder_or_the_package_with_most_results_that_does_not_only_watch(string args, string project) =>
        (await ReadingText.Of(source, "run_results.json", File(args, """
            {"unique_id":"model.elementary.a","status":"success"},{"unique_id":"model.elementary.b","status":"success"},
            {"unique_id":"model.elementary.c","status":"success"},{"unique_id":"model.shop.a","status":"success"},
            {"unique_id":"model.shop.b","status":"success"},{"unique_id":"model.my_lib.a","status":"success"}
            """))).ShouldStartWith($"pipeline_run pipeline={project}.run ");

    [Fact]
    public async Task The_start_is_stated_since_dbt_1_10() =>
        (await ReadingText.Of(source, "run_results.json", """
            {"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/run-results/v6.json","generated_at":"2026-07-01T05:00:12.123456789Z",
             "invocation_started_at":"2026-07-01T05:00:01","invocation_id":"inv-2"},"args":{"which":"run"},"elapsed_time":3,
             "results":[{"unique_id":"model.shop.a","status":"error","message":"Database Error\n  no disk","timing":[]},{"unique_id":"model.shop.b","status":"error"}]}
            """)).ShouldBe("""
            pipeline_run pipeline=shop.run run_id=inv-2 attempt=1 started_at=2026-07-01T05:00:01Z ended_at=2026-07-01T05:00:12.123456Z state=failed trigger=scheduled datasets=model.shop.a;model.shop.b error=model.shop.a: Database Error
              no disk (and 1 more) source=dbt updated_at=2026-07-01T05:00:12.123456Z
            run_output pipeline=shop.run run_id=inv-2 attempt=1 dataset=model.shop.a state=failed source=dbt updated_at=2026-07-01T05:00:12.123456Z
            run_output pipeline=shop.run run_id=inv-2 attempt=1 dataset=model.shop.b state=failed source=dbt updated_at=2026-07-01T05:00:12.123456Z
            """);

    private Task<string> Read(string which, string results) =>
        ReadingText.Of(source, "run_results.json", File($$"""{"which":"{{which}}"}""", results));

    private async Task<string> Refused(string args, string results) =>
        (await Should.ThrowAsync<SourceException>(() => ReadingText.Of(source, "run_results.json", File(args, results)))).Message;

    private static string File(string args, string results) => $$$"""
        {"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/run-results/v5.json","dbt_version":"1.7.0",
         "generated_at":"2026-07-01T05:00:12.000000Z","invocation_id":"inv-1","env":{}},
         "results":[{{{results}}}],"elapsed_time":11.5,"args":{{{args}}} }
        """;
}
