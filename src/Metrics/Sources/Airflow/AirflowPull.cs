using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Metrics.Model.Facts;

namespace Metrics.Sources.Airflow;

/// <summary>
/// One pull: DAGs and assets if they differ from last time, then a pass over the runs and events that changed. Runs are listed by
/// their id, never by the moment of change: while pages are read, changed rows join the listing and none leaves it, so that offsets
/// repeat rows but skip none. What changes meanwhile belongs to the next pass too.
/// </summary>
internal sealed class AirflowPull(PullContext context)
{
    /// <summary>Between our clock and that of the server's database.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    private static readonly string[] DagMembers =
        ["dag_id", "dag_display_name", "owners", "tags", "timetable_summary", "timetable_description", "schedule_interval"];

    private static readonly string[] AssetMembers = ["uri", "name", "group", "producing_tasks"];

    private readonly int pageSize = context.Connection.Number("page_size") is { } size and > 0 ? size : 100;

    public async IAsyncEnumerable<Page> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var cursor = context.Cursor<AirflowCursor>() ?? new AirflowCursor();
        var api = await AirflowApi.OpenAsync(context, cancellation);
        var catalogue = await CatalogueAsync(api, cancellation);
        if (catalogue.Hash != cursor.Catalogue)
        {
            cursor = cursor with { Catalogue = catalogue.Hash };
            yield return Page.Of(Payload.OfBytes("dags and assets.json", catalogue.Content), cursor);
        }

        var since = cursor.ReadUntil ?? context.Since;
        var now = context.Clock.GetUtcNow();
        var pass = cursor.Pass ?? new AirflowPass(
            since - Overlap, api.ServerTime < now ? api.ServerTime.Value : now, api.HasUpdatedAt ? AirflowStage.ChangedRuns : AirflowStage.EndedRuns);
        while (true)
        {
            var (payload, next) = await PageAsync(api, pass, cancellation);
            if (next is null)
            {
                yield return Page.Of(payload, cursor with { Pass = null, ReadUntil = pass.Until }) with
                {
                    Covered = [new TimeCovered("pipeline_run", since, pass.Until), new TimeCovered("run_output", since, pass.Until)],
                };
                yield break;
            }

            yield return Page.Of(payload, cursor with { Pass = pass = next });
        }
    }

    /// <summary>The next page of a pass, and where the pass stands then; null at its end.</summary>
    private async Task<(Payload? Payload, AirflowPass? Next)> PageAsync(AirflowApi api, AirflowPass pass, CancellationToken cancellation)
    {
        context.Say($"{pass.Stage} from {pass.Offset}{(pass.Total > 0 ? $" of {pass.Total}" : "")}");
        var isEvents = pass.Stage == AirflowStage.Events;
        using var answer = isEvents ? await api.GetOrNullAsync(Query(api, pass), cancellation) : await api.GetAsync(Query(api, pass), cancellation);
        if (answer is null) return (null, null);
        var rows = answer.RootElement.At(!isEvents ? "dag_runs" : api.IsV2 ? "asset_events" : "dataset_events").Items().ToList();
        var total = answer.RootElement.Number("total_entries") ?? 0;

        // Where the listing has shrunk (the server purged old runs), rows may have moved up past the offset.
        if (total < pass.Total) return (null, pass with { Offset = Math.Max(0, pass.Offset - (pass.Total - total)), Total = total });

        var offset = pass.Offset + rows.Count;
        var wanted = isEvents && !api.IsV2 ? [.. rows.TakeWhile(e => e.Moment("timestamp") is not { } at || at >= pass.From)] : rows;
        var isLast = rows.Count == 0 || offset >= total || wanted.Count < rows.Count;
        var next = !isLast ? pass with { Offset = offset, Total = total }
            : pass.Stage switch
            {
                AirflowStage.EndedRuns => pass with { Stage = AirflowStage.OpenRuns, Offset = 0, Total = 0 },
                AirflowStage.ChangedRuns or AirflowStage.OpenRuns => pass with { Stage = AirflowStage.Events, Offset = 0, Total = 0 },
                _ => null,
            };
        if (wanted.Count == 0) return (null, next);
        var content = new JsonObject { [isEvents ? "asset_events" : "dag_runs"] = Array(wanted) };
        if (!isEvents) content["task_instances"] = await TasksAsync(api, wanted, cancellation);
        return (Payload.OfBytes($"{(isEvents ? "asset events" : "dag runs")} {pass.Offset + 1} to {offset}.json", JsonSerializer.SerializeToUtf8Bytes(content)), next);
    }

    private string Query(AirflowApi api, AirflowPass pass)
    {
        var page = $"limit={pageSize}&offset={pass.Offset}";
        var from = Uri.EscapeDataString(pass.From.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        return api.Path(pass.Stage switch
        {
            AirflowStage.ChangedRuns => $"dags/~/dagRuns?updated_at_gte={from}&order_by=id&{page}",
            AirflowStage.EndedRuns => $"dags/~/dagRuns?end_date_gte={from}&order_by=id&{page}",
            AirflowStage.OpenRuns => $"dags/~/dagRuns?state=queued&state=running&order_by=id&{page}",
            AirflowStage.Events => api.IsV2
                ? $"assets/events?timestamp_gte={from}&order_by=timestamp&{page}"
                : $"datasets/events?order_by=-timestamp&{page}",
        });
    }

    /// <summary>Of the runs that count, the tasks that tell something of them: those that failed, and all where one was tried again.</summary>
    private async Task<JsonArray> TasksAsync(AirflowApi api, List<JsonElement> runs, CancellationToken cancellation)
    {
        var found = new JsonArray();
        if (!context.Connection.Flag("attempts")) return found;
        foreach (var run in runs)
        {
            if (run.Text("run_type") is "manual" or "backfill" || run.Text("state") == "queued") continue;
            if (run.Text("dag_id") is not { } dag || run.Text("dag_run_id") is not { } id) continue;
            var path = api.Path($"dags/{Uri.EscapeDataString(dag)}/dagRuns/{Uri.EscapeDataString(id)}/taskInstances");
            var tasks = await AllAsync(api, path + (api.IsV2 ? "?order_by=id&" : "?"), "task_instances", cancellation);
            var wasTriedAgain = api.HasTries && tasks.Exists(t => t.Number("try_number") > 1);
            foreach (var task in tasks.Where(t => wasTriedAgain || t.Text("state") == "failed"))
            {
                found.Add(Task(task, dag, id));
                if (api.HasTries && task.Number("try_number") > 1)
                    foreach (var earlier in await TriesAsync(api, path, task, cancellation)) found.Add(Task(earlier, dag, id));
            }
        }

        return found;
    }

    private static async Task<List<JsonElement>> TriesAsync(AirflowApi api, string path, JsonElement task, CancellationToken cancellation)
    {
        var index = task.Number("map_index") is >= 0 and var mapped ? $"/{mapped}" : "";
        using var tries = await api.GetOrNullAsync($"{path}/{Uri.EscapeDataString(task.Text("task_id")!)}{index}/tries", cancellation);
        return tries is null ? [] : [.. tries.RootElement.At("task_instances").Items().Select(t => t.Clone())];
    }

    private async Task<(byte[] Content, string Hash)> CatalogueAsync(AirflowApi api, CancellationToken cancellation)
    {
        context.Say("DAGs and assets");
        var content = new JsonObject
        {
            ["dags"] = Array((await AllAsync(api, api.Path("dags?order_by=dag_id&"), "dags", cancellation)).Select(d => Only(d, DagMembers))),
            ["assets"] = Array((await AllAsync(api, api.Path(api.IsV2 ? "assets?order_by=id&" : "datasets?order_by=id&"), api.IsV2 ? "assets" : "datasets", cancellation))
                .Select(a => Only(a, AssetMembers))),
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(content);
        return (bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>Every row of a listing. The server may give fewer rows than asked for: what counts is how many came.</summary>
    private async Task<List<JsonElement>> AllAsync(AirflowApi api, string path, string member, CancellationToken cancellation)
    {
        var all = new List<JsonElement>();
        while (true)
        {
            using var answer = await api.GetOrNullAsync($"{path}limit={pageSize}&offset={all.Count}", cancellation);

            // A run may be gone since it was listed; datasets are there since 2.4.
            if (answer is null) return all;
            var rows = answer.RootElement.At(member).Items().Select(r => r.Clone()).ToList();
            all.AddRange(rows);
            if (rows.Count == 0 || all.Count >= (answer.RootElement.Number("total_entries") ?? 0)) return all;
        }
    }

    private static JsonObject Task(JsonElement task, string dag, string run)
    {
        var kept = Only(task, "task_id", "map_index", "try_number", "max_tries", "state", "queued_when", "scheduled_when", "start_date", "end_date");
        kept["dag_id"] = dag;
        kept["dag_run_id"] = run;
        return kept;
    }

    private static JsonObject Only(JsonElement json, params string[] members)
    {
        var kept = new JsonObject();
        foreach (var name in members)
            if (json.At(name) is { ValueKind: not JsonValueKind.Undefined } value) kept[name] = JsonSerializer.SerializeToNode(value);
        return kept;
    }

    private static JsonArray Array(IEnumerable<JsonNode> nodes) => new([.. nodes]);

    private static JsonArray Array(IEnumerable<JsonElement> elements) => new([.. elements.Select(e => JsonSerializer.SerializeToNode(e))]);
}
