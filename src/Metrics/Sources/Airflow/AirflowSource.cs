using System.Runtime.CompilerServices;
using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Airflow;

/// <summary>Apache Airflow 2 and 3: DAGs, their runs with attempts, and what they did to assets, from the REST API.</summary>
public sealed class AirflowSource : IPullSource
{
    internal const string SourceName = "airflow";

    public string Name => SourceName;

    public string Description =>
        "Apache Airflow 2 and 3 by its REST API (v1, v2): DAGs, runs with attempts, asset events. Saved answers (JSON) by file.";

    public SourceSettings Settings { get; } = new()
    {
        Options =
        [
            new("base_url", OptionKind.Url, "the address of the web server, without /api: https://airflow.example.com") { IsRequired = true },
            new("user", OptionKind.Text, "the user to log in as, with the secret \"password\"; not needed with the secret \"token\""),
            new("page_size", OptionKind.Number, "rows asked for at a time; a server may give fewer") { Default = "100" },
            new("attempts", OptionKind.Flag, "whether to ask for the tasks of runs, which tell the attempts of runs that were cleared") { Default = "true" },
        ],
        Secrets =
        [
            new("password", "the user's password; the role Viewer is enough"),
            new("token", "a bearer token, where the server is given one instead of user and password (managed services)"),
        ],
        Topics =
        [
            new("team", "the team of a DAG; without a rule none, and its datasets' team counts", "dag", "owner", "tag"),
            new("tier", "the tier of the datasets that a DAG loads; without a rule nothing is said of it", "dag", "owner", "tag") { Words = ["0", "1", "2"] },
            new("datasets", "the datasets that a DAG loads, separated by \";\", beside the assets that it produces", "dag", "owner", "tag"),
            new("dataset", "the dataset that an asset is; without a rule its URI", "asset", "name", "group", "dag"),
        ],
    };

    public IEnumerable<Payload> Fetch(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0) throw new SourceException("No path was given; name saved answers of Airflow's API, or a folder of them.");
        return [.. paths.SelectMany(Under).DistinctBy(p => p.Path)];
    }

    /// <summary>The DAG's page: Airflow 2 opens the run on it, Airflow 3 lists the runs.</summary>
    public Uri? LinkTo(SourceConnection connection, string fact, IReadOnlyList<string> key) =>
        (connection.Url("base_url"), fact, key) is ({ } web, "pipeline_run" or "run_output", [var dag, var run, ..])
            ? new Uri(web, $"dags/{Uri.EscapeDataString(dag)}?dag_run_id={Uri.EscapeDataString(run)}")
            : null;

    public Stream Redact(Payload payload, Redactor redactor) =>
        new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(AirflowDocument.Clean(payload, redactor)));

    public async IAsyncEnumerable<Reading> ReadAsync(
        Payload payload, ReadContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        foreach (var reading in new AirflowReader(payload, context).Read())
        {
            cancellation.ThrowIfCancellationRequested();
            yield return reading;
        }
    }

    public IAsyncEnumerable<Page> PullAsync(PullContext context, CancellationToken cancellation) =>
        new AirflowPull(context).RunAsync(cancellation);

    public async Task<string> TestAsync(PullContext context, CancellationToken cancellation)
    {
        var api = await AirflowApi.OpenAsync(context, cancellation);
        using var runs = await api.GetAsync(api.Path("dags/~/dagRuns?limit=1"), cancellation);
        using var dags = await api.GetAsync(api.Path("dags?limit=1"), cancellation);
        return $"Airflow {api.Version} (API {api.Name}), {dags.RootElement.Number("total_entries")} DAGs, {runs.RootElement.Number("total_entries")} runs";
    }

    private static IEnumerable<Payload> Under(string path)
    {
        if (File.Exists(path)) return [Payload.OfFile(path)];
        if (!Directory.Exists(path))
            throw new SourceException($"{path}: there is no such file or folder; check the path, or where the command is run.");
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Payload.OfFile)
            .Select(p => IsJson(p.Name) ? p : p with { Skipped = "is no JSON; saved answers of Airflow's API are read as .json and .json.gz" })
            .ToList();
        return files.Exists(p => p.Skipped is null) ? files : throw new SourceException(
            $"{path}: holds no JSON file; saved answers of Airflow's API are read as .json and .json.gz.");
    }

    private static bool IsJson(string file) =>
        file.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".json.gz", StringComparison.OrdinalIgnoreCase);
}
