using System.Text.Json.Nodes;

namespace Metrics.Tests.Sources.Airflow;

/// <summary>Rows as Airflow 3.1 answers them, with the members that its specification demands.</summary>
internal static class AirflowRows
{
    public static JsonObject Run(string dag, string id, string state, string? start, string? end, string type = "scheduled", string? logical = null) => new()
    {
        ["dag_id"] = dag,
        ["dag_run_id"] = id,
        ["dag_display_name"] = dag,
        ["dag_versions"] = new JsonArray(),
        ["run_type"] = type,
        ["state"] = state,
        ["logical_date"] = logical,
        ["run_after"] = logical ?? start ?? "2026-07-01T00:00:00Z",
        ["start_date"] = start,
        ["end_date"] = end,
        ["queued_at"] = start,
        ["conf"] = new JsonObject { ["password"] = "hunter2" },
        ["note"] = null,
        ["triggering_user_name"] = "ann",
    };

    public static JsonObject Task(
        string dag, string run, string task, int number, string? state, string? start, string? end, int retries = 0, int index = -1) => new()
        {
            ["id"] = "01900000-0000-7000-8000-000000000002",
            ["dag_id"] = dag,
            ["dag_run_id"] = run,
            ["task_id"] = task,
            ["map_index"] = index,
            ["try_number"] = number,
            ["max_tries"] = retries,
            ["state"] = state,
            ["queued_when"] = start,
            ["start_date"] = start,
            ["end_date"] = end,
            ["run_after"] = "2026-07-01T00:00:00Z",
            ["task_display_name"] = task,
            ["dag_display_name"] = dag,
            ["pool"] = "default_pool",
            ["pool_slots"] = 1,
            ["executor_config"] = "{}",
            ["unixname"] = "airflow",
        };

    /// <summary>An earlier try has neither id nor run_after.</summary>
    public static JsonObject Try(
        string dag, string run, string task, int number, string? state, string? start, string? end, int retries = 0, int index = -1)
    {
        var tried = Task(dag, run, task, number, state, start, end, retries, index);
        tried.Remove("id");
        tried.Remove("run_after");
        return tried;
    }

    public static JsonObject Dag(string id, string[]? owners = null, string[]? tags = null, string? schedule = "0 6 * * *") => new()
    {
        ["dag_id"] = id,
        ["dag_display_name"] = id,
        ["is_paused"] = false,
        ["is_stale"] = false,
        ["fileloc"] = "/opt/airflow/dags/a.py",
        ["file_token"] = "x",
        ["timetable_partitioned"] = false,
        ["timetable_summary"] = schedule,
        ["owners"] = new JsonArray([.. (owners ?? []).Select(o => JsonValue.Create(o))]),
        ["tags"] = new JsonArray([.. (tags ?? []).Select(t => new JsonObject { ["name"] = t, ["dag_id"] = id, ["dag_display_name"] = id })]),
        ["max_active_tasks"] = 16,
        ["max_consecutive_failed_dag_runs"] = 0,
        ["has_task_concurrency_limits"] = false,
        ["has_import_errors"] = false,
    };

    public static JsonObject Asset(int id, string uri, params (string Dag, string Task)[] producers) => new()
    {
        ["id"] = id,
        ["name"] = uri.Split('/')[^1],
        ["uri"] = uri,
        ["group"] = "asset",
        ["created_at"] = "2026-01-01T00:00:00Z",
        ["updated_at"] = "2026-01-01T00:00:00Z",
        ["scheduled_dags"] = new JsonArray(),
        ["producing_tasks"] = new JsonArray([.. producers.Select(p => new JsonObject
        {
            ["dag_id"] = p.Dag, ["task_id"] = p.Task, ["created_at"] = "2026-01-01T00:00:00Z", ["updated_at"] = "2026-01-01T00:00:00Z",
        })]),
        ["consuming_tasks"] = new JsonArray(),
        ["aliases"] = new JsonArray(),
        ["watchers"] = new JsonArray(),
    };

    public static JsonObject Event(int id, string uri, string? dag, string? run, string at, int? rows = null) => new()
    {
        ["id"] = id,
        ["asset_id"] = 1,
        ["uri"] = uri,
        ["name"] = uri.Split('/')[^1],
        ["group"] = "asset",
        ["extra"] = rows is null ? new JsonObject() : new JsonObject { ["row_count"] = rows },
        ["source_dag_id"] = dag,
        ["source_task_id"] = dag is null ? null : "load",
        ["source_run_id"] = run,
        ["source_map_index"] = -1,
        ["created_dagruns"] = new JsonArray(),
        ["timestamp"] = at,
    };
}
