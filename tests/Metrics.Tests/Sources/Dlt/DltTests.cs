using Metrics.Kpis;
using Metrics.Model;
using Metrics.Sources;
using Metrics.Sources.Dlt;
using Metrics.Tests.Storage;
using Metrics.Tests.Storage.Ingestion;

namespace Metrics.Tests.Sources.Dlt;

public sealed class DltTests : IAsyncLifetime
{
    private const string Runs =
        "select concat_ws(' ', pipeline, run_id, state, started_at at time zone 'utc', ended_at at time zone 'utc', rows_written, datasets) from fact.pipeline_run where deleted_at is null order by started_at";

    private readonly DltSource source = new();
    private MetricsDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Xunit.Fact]
    public async Task Traces_give_runs_with_failures_row_counts_and_broken_contracts()
    {
        var folder = Path.Combine(SourceFixtures.Required("dlt"), "generated");
        await database.ImportAsync(source, [.. Directory.GetFiles(folder, "trace_*.json")]);
        (await database.LinesAsync("select concat_ws(' ', pipeline, state, rows_written, cardinality(datasets)) from fact.pipeline_run where deleted_at is null order by started_at")).ShouldBe("""
            orders_pipeline success 6 3
            orders_pipeline success 5 4
            orders_pipeline failed 0
            orders_pipeline failed 0
            orders_pipeline success 0 1
            sink_pipeline failed 4 2
            sink_pipeline_lenient failed 4 2
            """);
        (await database.LinesAsync("select concat_ws(' ', dataset, state, rows_written) from fact.run_output where pipeline like 'sink%' and deleted_at is null order by pipeline, dataset")).ShouldContain("customers success 2");
        (await database.LinesAsync("select concat_ws(' ', check_id, status, message) from fact.check_result")).ShouldBe("contract shop.orders fail columns of orders are frozen; brand_new does not fit");
        (await database.LinesAsync("select error from fact.pipeline_run where error like '%frozen%'")).ShouldNotContain("order_id: 4");
    }

    [Xunit.Fact]
    public async Task The_tables_of_a_destination_read_as_files_give_the_same_run_as_the_trace()
    {
        var folder = Path.Combine(SourceFixtures.Required("dlt"), "generated");
        await database.ImportAsync(source, Path.Combine(folder, "tables"));
        (await database.LinesAsync("select concat_ws(' ', run_id, state) from fact.pipeline_run where deleted_at is null order by started_at")).ShouldBe("""
            1795225125.5715446 success
            8182d7f34720cea41337683547a1acc0 success
            1795225126.925863 success
            """);
        (await database.LinesAsync("select concat_ws(' ', dataset, change, \"column\", breaking) from fact.schema_change where deleted_at is null order by 1")).ShouldBe("""
            shop.orders column_added amount__v_text f
            shop.orders column_added coupon f
            shop.orders__items__discounts table_added f
            """);
        var once = await database.LiveAsync();
        await database.ImportAsync(source, [.. Directory.GetFiles(Path.Combine(folder, "tables")).OrderDescending()]);
        (await database.LiveAsync()).ShouldBe(once);
    }

    [Xunit.Fact]
    public async Task Every_fixture_is_read_or_refused_with_a_reason()
    {
        var outcomes = await database.ImportAsync(source, SourceFixtures.Required("dlt"));
        outcomes.ShouldAllBe(o => o.Skipped != null || o.Refused != null || o.Report != null);
        outcomes.Where(o => o.Skipped is not null).Select(o => Path.GetExtension(o.Name)).Distinct().Order(StringComparer.Ordinal).ShouldBe([".txt", ".yaml", ".yml"]);
        outcomes.Where(o => o.Refused is not null || o.Report?.Rejected > 0).Select(o => Path.GetFileName(o.Name)).Order(StringComparer.Ordinal).ShouldBe(
            ["_dlt_pipeline_state.decoded.json", "applied_schema_updates.json", "github_issues.schema.json", "load_package_state.json", "package_completed.json", "schema.json"]);
    }

    [Xunit.Fact]
    public async Task A_load_is_a_run_until_a_trace_tells_of_it_and_saving_a_trace_is_none()
    {
        const string loads = """
            {"load_id":"1777600000.5","schema_name":"shop","status":0,"inserted_at":"2026-05-01T02:00:00+00:00"}
            {"load_id":"1777600100.25","schema_name":"shop","status":2,"inserted_at":"2026-05-01T02:01:00"}
            """;
        await database.ImportTextAsync(source, ("_dlt_loads.jsonl", loads));
        (await database.LinesAsync(Runs)).ShouldBe("""
            shop 1777600000.5 success 2026-05-01 01:46:40.5 2026-05-01 02:00:00 {}
            shop 1777600100.25 success 2026-05-01 01:48:20.25 2026-05-01 02:01:00 {}
            """);
        await database.ImportTextAsync(source, ("trace.json", Trace("1777600000.5", "null")),
            ("_trace.jsonl", """{"transaction_id":"t0","pipeline_name":"p","started_at":"2026-05-01T01:00:00Z","_dlt_load_id":"1777600100.25","_dlt_id":"x"}"""));
        (await database.LinesAsync(Runs)).ShouldBe("""
            p t0 unknown 2026-05-01 01:00:00 {}
            p t1 success 2026-05-01 01:46:00 2026-05-01 02:00:00 7 {raw.orders}
            """);
    }

    [Xunit.Fact]
    public async Task Failures_lower_the_success_rate_and_a_failed_table_is_not_fresh()
    {
        await database.ImportAsync(("datasets.csv", "dataset,tier,freshness_max_age\nraw.orders,0,PT24H\n"));
        (string, string)[] files =
        [
            ("a.json", Trace("1777600000.5", "null")),
            ("b.json", Trace("1777600001.5", "\"no connection\"").Replace("\"t1\"", "\"t2\"", StringComparison.Ordinal).Replace("2026-05-01", "2026-05-02", StringComparison.Ordinal)),
        ];
        await database.ImportTextAsync(source, files);
        var once = await database.LiveAsync();
        await database.ImportTextAsync(source, [.. files.Reverse(), .. files.Select(f => ("again" + f.Item1, f.Item2))]);
        (await database.LiveAsync()).ShouldBe(once);
        var success = await ValueAsync("pipeline_success_rate", "2026-05");
        (success.Numerator, success.Denominator).ShouldBe((1, 2));

        // Loaded on 1 May 02:00; the run of the next day failed while loading.
        (await ValueAsync("freshness_adherence", "2026-05-02")).Value!.Value.ShouldBe(2 / 24d, 1e-9);
    }

    [Xunit.Fact]
    public async Task A_destination_in_postgresql_is_pulled()
    {
        await FillAsync();
        var connection = SourceConnection.Create(source, "wh", secrets: new Dictionary<string, string> { ["connection_string"] = database.ConnectionString });
        var context = new PullContext
        {
            Connection = connection,
            Http = new HttpClient(),
            Clock = database.Clock,
            Since = Batches.At("2026-04-01T00:00:00Z"),
            Addresses = new Addresses(allowPrivate: true),
        };
        (await source.TestAsync(context, TestContext.Current.CancellationToken)).ShouldBe("1 datasets of dlt: raw");
        var lines = new List<string>();
        await foreach (var page in source.PullAsync(context, TestContext.Current.CancellationToken))
        {
            if (page.Payload is null) continue;
            using var reader = new StreamReader(page.Payload.Open());
            lines.Add(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        await database.ImportTextAsync(source, ("page.jsonl", string.Join("", lines)));
        (await database.LinesAsync(Runs)).ShouldBe("""
            shop_pipeline 1777600000.5 success 2026-05-01 01:46:40.5 2026-05-01 02:00:00 2 {raw.orders}
            shop_pipeline 1777686400.5 success 2026-05-02 01:46:40.5 2026-05-02 02:00:00 1 {raw.orders}
            shop_pipeline 1777772800.5 failed 2026-05-03 01:46:40.5 3 {raw.orders}
            shop_pipeline t9 failed 2026-05-04 01:00:00 2026-05-04 01:05:00 {}
            """);
        (await database.LinesAsync("select concat_ws(' ', change, \"column\", \"from\", \"to\", breaking) from fact.schema_change where deleted_at is null order by 1")).ShouldBe("""
            column_removed note text t
            type_changed id bigint text t
            """);
        (await database.LinesAsync("select concat_ws(' ', check_id, run_at at time zone 'utc', status) from fact.check_result order by 1")).ShouldBe("contract shop.orders 2026-05-02 02:00:00 pass");
    }

    private Task FillAsync() => database.ExecuteAsync(
        """
        create schema raw;
        create table raw._dlt_loads (load_id text, schema_name text, status bigint, inserted_at timestamptz, schema_version_hash text);
        create table raw._dlt_version (version bigint, engine_version bigint, inserted_at timestamptz, schema_name text, version_hash text, schema text);
        create table raw._dlt_pipeline_state (version bigint, pipeline_name text, state text, created_at timestamptz, _dlt_load_id text, _dlt_id text);
        create table raw.orders (id bigint, _dlt_load_id text, _dlt_id text);
        create table raw._trace (transaction_id text, pipeline_name text, started_at timestamptz, finished_at timestamptz, _dlt_load_id text, _dlt_id text);
        create table raw._trace__steps (step text, started_at timestamptz, finished_at timestamptz, step_exception text, _dlt_parent_id text, _dlt_list_idx bigint, _dlt_id text);
        insert into raw._dlt_loads values
          ('1777600000.5', 'shop', 0, '2026-05-01T02:00:00Z', 'h1'), ('1777686400.5', 'shop', 0, '2026-05-02T02:00:00Z', 'h2'),
          ('1777861000.5', 'shop', 0, '2026-05-04T02:20:00Z', 'h2');
        insert into raw._dlt_version values
          (1, 11, '2026-05-01T01:59:00Z', 'shop', 'h1', '{"name":"shop","tables":{"orders":{"columns":{"id":{"data_type":"bigint"},"note":{"data_type":"text"}}}}}'),
          (3, 11, '2026-05-02T01:59:00Z', 'shop', 'h2', '{"name":"shop","settings":{},"tables":{"orders":{"schema_contract":"freeze","columns":{"id":{"data_type":"text"}}}}}');
        insert into raw._dlt_pipeline_state values (1, 'shop_pipeline', '', '2026-05-01T02:00:00Z', '1777600000.5', 's');
        insert into raw.orders values (1, '1777600000.5', 'a'), (2, '1777600000.5', 'b'), (3, '1777686400.5', 'c'),
          (4, '1777772800.5', 'd'), (5, '1777772800.5', 'e'), (6, '1777772800.5', 'f');
        insert into raw._trace values ('t9', 'shop_pipeline', '2026-05-04T01:00:00Z', '2026-05-04T01:05:00Z', '1777861000.5', 'T');
        insert into raw._trace__steps values
          ('extract', '2026-05-04T01:00:01Z', '2026-05-04T01:05:00Z', 'source is gone', 'T', 0, 'S1'), ('run', '2026-05-04T01:00:00Z', '2026-05-04T01:05:00Z', 'source is gone', 'T', 1, 'S2');
        """);

    private static string Trace(string load, string exception) => $$$$"""
        {"transaction_id":"t1","pipeline_name":"p","started_at":"2026-05-01T01:46:00+00:00","finished_at":"2026-05-01T02:00:00+00:00","steps":[
          {"step":"normalize","started_at":"2026-05-01T01:50:00+00:00","finished_at":"2026-05-01T01:55:00+00:00","step_exception":null,
           "normalize_info":{"table_metrics":[{"table_name":"orders","items_count":7,"load_id":"{{{{load}}}}"},{"table_name":"_dlt_pipeline_state","items_count":1,"load_id":"{{{{load}}}}"}]}},
          {"step":"load","started_at":"2026-05-01T01:56:00+00:00","finished_at":"2026-05-01T02:00:00+00:00","step_exception":{{{{exception}}}},"load_info":{"dataset_name":"raw"},
           "step_info":{"load_packages":[{"load_id":"{{{{load}}}}","state":"{{{{(exception == "null" ? "loaded" : "aborted")}}}}","completed_at":"2026-05-01T02:00:00+00:00","schema_name":"shop",
             "jobs":[{"table_name":"orders","state":"completed_jobs"},{"table_name":"_dlt_pipeline_state","state":"completed_jobs"}]}]}}]}
        """;

    private async Task<KpiRow> ValueAsync(string kpi, string period) =>
        (await database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse(period, database.Settings.Calendar)) { Kpis = [kpi] }, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
}
