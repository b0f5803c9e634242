using System.Text.Json;
using System.Text.Json.Nodes;

namespace Metrics.Sources.Airflow;

/// <summary>
/// Answers of Airflow's API, of v1 or v2, one or several in one document: DAGs, assets (datasets in v1), DAG runs, task instances
/// or their tries, and asset events, each under the name that the API gives them.
/// </summary>
internal sealed class AirflowDocument
{
    private const string Known = "dags, assets or datasets, dag_runs, task_instances, asset_events or dataset_events";

    private AirflowDocument(JsonElement root, string name)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in root.Items()) Sort(item);
        }
        else
        {
            Dags = [.. root.At("dags").Items()];
            Assets = [.. root.At("assets").Items(), .. root.At("datasets").Items()];
            Runs = [.. root.At("dag_runs").Items()];
            Tasks = [.. root.At("task_instances").Items()];
            Events = [.. root.At("asset_events").Items(), .. root.At("dataset_events").Items()];
            IsKnown = new[] { "dags", "assets", "datasets", "dag_runs", "task_instances", "asset_events", "dataset_events" }
                .Any(m => root.At(m).ValueKind == JsonValueKind.Array);
            if (!IsKnown) Sort(root);
        }

        if (!IsKnown) throw new SourceException($"{name}: is no answer of Airflow's API that is read; those have {Known}.");
        if (Tasks.Count > 0 && Runs.Count == 0)
        {
            throw new SourceException($"{name}: holds task instances without their DAG runs. Tries tell the attempts of a run only beside it: " +
                "put the run's answer and these into one document, as dag_runs and task_instances.");
        }

        if (Assets.Count > 0 && Dags.Count == 0)
        {
            throw new SourceException($"{name}: holds assets without the DAGs that produce them; " +
                "put both into one document, as dags and assets.");
        }
    }

    public List<JsonElement> Dags { get; } = [];
    public List<JsonElement> Assets { get; } = [];
    public List<JsonElement> Runs { get; } = [];
    public List<JsonElement> Tasks { get; } = [];
    public List<JsonElement> Events { get; } = [];

    private bool IsKnown { get; set; }

    /// <exception cref="SourceException">It is no JSON, or none of Airflow's answers.</exception>
    public static AirflowDocument Read(Payload payload, Redactor redactor) =>
        new(JsonSerializer.SerializeToElement(Clean(payload, redactor)), payload.Name);

    /// <summary>The document without what identifies people.</summary>
    /// <exception cref="SourceException">It is no JSON.</exception>
    public static JsonNode? Clean(Payload payload, Redactor redactor)
    {
        try
        {
            using var content = payload.Open();
            var node = JsonNode.Parse(content);
            AirflowPrivacy.Clean(node, redactor);
            return node;
        }
        catch (Exception broken) when (broken is JsonException or InvalidDataException or ArgumentException)
        {
            throw new SourceException($"{payload.Name}: is not readable as JSON: {broken.Message} Fetch it again.", broken);
        }
    }

    /// <summary>An item without a list around it is known by its members.</summary>
    private void Sort(JsonElement item)
    {
        var list = item switch
        {
            _ when item.Text("task_id") is not null && item.At("try_number").ValueKind == JsonValueKind.Number => Tasks,
            _ when item.Text("dag_run_id") is not null && item.Text("state") is not null => Runs,
            _ when item.Text("timestamp") is not null && (item.Text("uri") ?? item.Text("dataset_uri")) is not null => Events,
            _ when item.Text("dag_id") is not null && item.At("owners").ValueKind == JsonValueKind.Array => Dags,
            _ => null,
        };
        if (list is null) return;
        IsKnown = true;
        list.Add(item);
    }
}
