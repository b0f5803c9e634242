using System.Text.Json;

namespace Metrics.Sources.Airflow;

/// <summary>What Airflow's DAGs and assets are called here.</summary>
internal sealed class AirflowNames(Mapping mapping)
{
    /// <summary>What rules may look at in a DAG.</summary>
    public static RawAttributes About(JsonElement dag) => new()
    {
        { "dag", dag.Text("dag_id") },
        { "owner", dag.At("owners").Items().Select(o => o.ValueKind == JsonValueKind.String ? o.GetString() : null) },
        { "tag", dag.At("tags").Items().Select(t => t.Text("name")) },
    };

    /// <summary>The datasets that a DAG loads, by the rules.</summary>
    public IEnumerable<string> Loaded(RawAttributes dag) =>
        (mapping.Apply("datasets", dag) ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The dataset that an asset, or an event of one, is about: by the rules, else its URI. Null where a rule says none.</summary>
    public string? Dataset(JsonElement asset, string dag)
    {
        var uri = asset.Text("uri") ?? asset.Text("dataset_uri");
        var about = new RawAttributes
        {
            { "asset", uri }, { "name", asset.Text("name") }, { "group", asset.Text("group") }, { "dag", dag },
        };
        return mapping.Match("dataset", about, out var dataset) ? dataset : uri;
    }
}
