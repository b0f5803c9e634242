using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Airflow;

/// <summary>The records in Airflow's answers.</summary>
internal sealed class AirflowReader(Payload payload, ReadContext context)
{
    private readonly DateTimeOffset seenAt = payload.WrittenAt ?? context.ReceivedAt;

    /// <exception cref="SourceException">The payload is none of Airflow's answers.</exception>
    public IEnumerable<Reading> Read()
    {
        var document = AirflowDocument.Read(payload, context.Redactor);
        var names = new AirflowNames(context.Mapping);
        foreach (var reading in Dags(document, names)) yield return reading;
        var tries = document.Tasks.ToLookup(t => (t.Text("dag_id"), t.Text("dag_run_id")));
        for (var i = 0; i < document.Runs.Count; i++)
        {
            var run = document.Runs[i];
            foreach (var reading in Run(run, $"{payload.Name}, dag_runs[{i}]", tries[(run.Text("dag_id"), run.Text("dag_run_id"))]))
                yield return reading;
        }

        var foreign = 0;
        for (var i = 0; i < document.Events.Count; i++)
        {
            var reading = Event(document.Events[i], $"{payload.Name}, events[{i}]", names);
            if (reading is null) foreign++;
            else yield return reading;
        }

        if (foreign > 0) yield return new Remark($"{foreign} asset events left out: no DAG run of this Airflow is their source");
    }

    private IEnumerable<Reading> Dags(AirflowDocument document, AirflowNames names)
    {
        var produced = document.Assets
            .SelectMany(a => a.At("producing_tasks").Items().Select(t => (Dag: t.Text("dag_id"), Asset: a)))
            .ToLookup(p => p.Dag, p => p.Asset);
        for (var i = 0; i < document.Dags.Count; i++)
        {
            var dag = document.Dags[i];
            if (dag.Text("dag_id") is not { } id)
            {
                yield return new RecordRejected($"{payload.Name}, dags[{i}]", Shown(dag), "dag_id is missing; it names the pipeline");
                continue;
            }

            var about = AirflowNames.About(dag);
            var team = context.Mapping.Apply("team", about);
            List<string> datasets =
                [.. names.Loaded(about).Concat(produced[id].Select(a => names.Dataset(a, id)).OfType<string>()).Distinct().Order(StringComparer.Ordinal)];
            yield return new RecordRead(new Pipeline
            {
                Id = id,
                Name = dag.Text("dag_display_name") ?? id,
                Team = team,
                Schedule = dag.Text("timetable_summary") ?? dag.At("schedule_interval").Text("value") ?? dag.Text("timetable_description"),
                Datasets = datasets,
                System = AirflowSource.SourceName,
                Source = AirflowSource.SourceName,
                SeenAt = seenAt,
                UpdatedAt = seenAt,
            });
            if (context.Mapping.Apply("tier", about) is not { } tier || OptionText.Number(tier) is not { } level) continue;
            foreach (var dataset in datasets)
            {
                yield return new RecordRead(new Dataset
                {
                    Id = dataset,
                    Tier = level,
                    Team = team,
                    Source = AirflowSource.SourceName,
                    SeenAt = seenAt,
                    UpdatedAt = seenAt,
                });
            }
        }
    }

    private static IEnumerable<Reading> Run(JsonElement run, string place, IEnumerable<JsonElement> tasks)
    {
        if (run.Text("dag_id") is not { } dag || run.Text("dag_run_id") is not { } id)
        {
            yield return new RecordRejected(place, Shown(run), "dag_id or dag_run_id is missing; both name the run");
            yield break;
        }

        var (start, end) = (run.Moment("start_date"), run.Moment("end_date"));
        var last = new AirflowAttempt(1, start, end, State(run.Text("state")), null);
        var noted = new[] { start, end, run.Moment("queued_at"), run.Moment("last_scheduling_decision"), run.Moment("run_after"), run.Moment("logical_date") };
        foreach (var attempt in AirflowAttempts.Of(last, tasks.Select(AirflowTry.Of).OfType<AirflowTry>()))
        {
            var record = new PipelineRun
            {
                Pipeline = dag,
                RunId = id,
                Attempt = attempt.Number,
                ScheduledFor = run.Moment("logical_date") ?? run.Moment("execution_date") ?? run.Moment("run_after"),
                StartedAt = attempt.Start,
                EndedAt = attempt.End,
                State = attempt.State,
                Trigger = Trigger(run),
                Error = attempt.Error,
                Source = AirflowSource.SourceName,

                // Airflow tells no version. The latest moment in the record grows with every change of it.
                UpdatedAt = noted.Append(attempt.End).Append(attempt.Start).Max(),
            };
            yield return record.Fault() is { } fault ? new RecordRejected(place, Shown(run), fault) : new RecordRead(record);
        }
    }

    private static Reading? Event(JsonElement happened, string place, AirflowNames names)
    {
        if (happened.Text("source_dag_id") is not { } dag || happened.Text("source_run_id") is not { } run) return null;
        if (happened.Moment("timestamp") is not { } at || names.Dataset(happened, dag) is not { } dataset)
        {
            return new RecordRejected(place, Shown(happened),
                "timestamp or the asset's uri is missing; both are needed to know what was loaded when");
        }

        return new RecordRead(new RunOutput
        {
            Pipeline = dag,
            RunId = run,

            // An event does not say of which attempt it was.
            Attempt = null,
            Dataset = dataset,
            State = RunState.Success,
            EndedAt = at,
            RowsWritten = happened.At("extra").At("row_count") is { ValueKind: JsonValueKind.Number } rows && rows.TryGetInt64(out var count) && count >= 0
                ? count
                : null,
            Source = AirflowSource.SourceName,
            UpdatedAt = at,
        });
    }

    private static RunState State(string? word) => word switch
    {
        "queued" or "scheduled" => RunState.Queued,
        "running" or "restarting" or "up_for_retry" => RunState.Running,
        "success" => RunState.Success,
        "failed" => RunState.Failed,
        "skipped" => RunState.Skipped,
        _ => RunState.Unknown,
    };

    /// <summary>A run that another DAG triggers is nobody's hand: it counts as an event.</summary>
    private static RunTrigger Trigger(JsonElement run) => run.Text("run_type") switch
    {
        "backfill" => RunTrigger.Backfill,
        "manual" when run.Text("triggered_by") == "operator" => RunTrigger.Event,
        "manual" or "asset_materialization" => RunTrigger.Manual,
        "dataset_triggered" or "asset_triggered" => RunTrigger.Event,
        null when run.At("external_trigger").ValueKind == JsonValueKind.True => RunTrigger.Manual,
        _ => RunTrigger.Scheduled,
    };

    private static string Shown(JsonElement json) => json.GetRawText() is { Length: > 4000 } text ? $"{text[..4000]}…" : json.GetRawText();
}
