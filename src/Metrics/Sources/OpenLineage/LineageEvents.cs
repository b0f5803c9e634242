using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.OpenLineage;

/// <summary>Reads one event: a RunEvent, a JobEvent or a DatasetEvent.</summary>
internal sealed class LineageEvents(LineageNames names, JsonRedaction privacy)
{
    /// <summary>Under this source stands what events say of a dataset's meaning, apart from who owns it: they come in different events.</summary>
    public const string DocumentationSource = "openlineage_documentation";

    /// <summary>Under this source stands that a table was dropped or made anew.</summary>
    public const string LifecycleSource = "openlineage_lifecycle";

    private static readonly string[] Types = ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"];

    /// <summary>A lineage edge, seen at a moment.</summary>
    public static LineageEdge Edge(string upstream, string downstream, DateTimeOffset at) => new()
    {
        Upstream = upstream,
        Downstream = downstream,
        Source = OpenLineageSource.SourceName,
        SeenAt = at,
    };

    public IEnumerable<Reading> Read(JsonElement json, string place)
    {
        if (Fault(json) is { } fault)
        {
            yield return new RecordRejected(place, privacy.Shown(json), fault);
            yield break;
        }

        var at = json.Moment("eventTime")!.Value;
        if (json.At("dataset") is { ValueKind: JsonValueKind.Object } alone)
        {
            foreach (var reading in Dataset(new LineageDataset(names.Dataset(alone)!, alone), at, isWritten: true)) yield return reading;
            yield break;
        }

        var type = json.Text("eventType")?.ToUpperInvariant();
        var isTest = json.At("job").At("facets").At("jobType").Text("jobType") == "TEST";
        var inputs = Datasets(json.At("inputs"), "inputFacets");
        var outputs = Datasets(json.At("outputs"), "outputFacets");
        foreach (var unnamed in json.At("inputs").Items().Concat(json.At("outputs").Items()).Where(d => names.Dataset(d) is null))
            yield return new RecordRejected(place, privacy.Shown(unnamed), "a dataset needs namespace and name; the event is read without it");
        foreach (var reading in inputs.SelectMany(d => Dataset(d, at, isWritten: false))) yield return reading;

        // A test's output is the table of its failures: nothing is loaded there.
        if (isTest) outputs = [];
        foreach (var reading in outputs.SelectMany(d => Dataset(d, at, isWritten: true, type))) yield return reading;
        foreach (var reading in new LineageAssertions(json, type, at, privacy).Read([.. inputs, .. Datasets(json.At("outputs"), "outputFacets")])) yield return reading;
        if (json.At("run").Text("runId") is { } runId)
        {
            yield return Run(json, type, at, inputs, outputs).ToPart(Guid.Parse(runId).ToString());
            if (Parent(json) is null && Owned(json, at) is { } owned) yield return owned;
        }
        else
        {
            foreach (var edge in inputs.SelectMany(i => outputs.Where(o => o.Id != i.Id).Select(o => Edge(i.Id, o.Id, at)))) yield return new RecordRead(edge);
            if (Owned(json, at) is { } owned) yield return owned;
        }
    }

    /// <summary>Why it is no event that can be used.</summary>
    private static string? Fault(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !(json.At("job").ValueKind == JsonValueKind.Object || json.At("dataset").ValueKind == JsonValueKind.Object))
            return "is no OpenLineage event: it has neither a job nor a dataset; deliver RunEvents, JobEvents and DatasetEvents as the specification has them";
        if (json.Moment("eventTime") is null)
        {
            return json.At("eventTime").ValueKind == JsonValueKind.Undefined
                ? "eventTime is missing; without it nothing can be said of when it happened"
                : $"eventTime is {json.At("eventTime").GetRawText()}; write ISO 8601 such as 2026-07-01T06:30:00Z, in the years 1970 to 2200";
        }

        if (json.At("dataset") is { ValueKind: JsonValueKind.Object } alone)
            return alone.Text("namespace") is null || alone.Text("name") is null ? "dataset.namespace or dataset.name is missing; both are needed to know the dataset" : null;
        if (json.At("job").Text("name") is null || json.At("job").Text("namespace") is null)
            return "job.namespace or job.name is missing; both are needed to know the pipeline";
        if (json.Text("eventType") is { } type && !Types.Contains(type.ToUpperInvariant()))
            return $"eventType is \"{type}\"; allowed are {string.Join(", ", Types)}";
        if (json.At("run").ValueKind == JsonValueKind.Undefined) return null;
        var runId = json.At("run").Text("runId");
        return Guid.TryParse(runId, out _) ? null : $"run.runId is \"{runId}\"; OpenLineage requires a UUID";
    }

    private RunEvent Run(JsonElement json, string? type, DateTimeOffset at, List<LineageDataset> inputs, List<LineageDataset> outputs)
    {
        var facets = json.At("run").At("facets");
        var airflow = facets.At("airflow");
        var dagRun = facets.At("airflowDagRun").At("dagRun") is { ValueKind: JsonValueKind.Object } dag ? dag : airflow.At("dagRun");
        return new RunEvent
        {
            Type = type,
            At = at,
            Job = Job(json),
            Parent = Parent(json),
            Nominal = facets.At("nominalTime").Moment("nominalStartTime"),
            Trigger = Trigger(dagRun.Text("run_type")),
            Try = airflow.At("taskInstance").Number("try_number") is { } number and >= 1 and < 10_000 ? (int)number : null,
            Failed = facets.At("airflowState").Text("dagRunState") == "failed" ? true : null,
            Error = privacy.Message(facets.At("errorMessage").Text("message") ?? facets.At("spark.exception").Text("message")),
            Inputs = inputs.Count == 0 ? null : [.. inputs.Select(i => i.Id).Distinct()],
            Outputs = outputs.Count == 0 ? null : [.. outputs.DistinctBy(o => o.Id).Select(o => new RunEventOutput(o.Id, o.Count("rowCount"), o.Count("size")))],
        };
    }

    private static string Job(JsonElement json) => LineageNames.Job(json.At("job").Text("namespace")!, json.At("job").Text("name")!);

    private static string? Parent(JsonElement json) =>
        Guid.TryParse(json.At("run").At("facets").At("parent").At("run").Text("runId"), out var parent) ? parent.ToString() : null;

    // An event without owners says nothing of the pipeline: they come with some events of a run only.
    private RecordRead? Owned(JsonElement json, DateTimeOffset at) =>
        LineageNames.Team(json.At("job").At("facets").At("ownership")) is not { } team ? null : new RecordRead(new Pipeline
        {
            Id = Job(json),
            Name = json.At("job").Text("name"),
            Team = privacy.Clean(team),
            System = json.At("job").At("facets").At("jobType").Text("integration")?.ToLowerInvariant(),
            Source = OpenLineageSource.SourceName,
            UpdatedAt = at,
            SeenAt = DayOf(at),
        });

    private IEnumerable<Reading> Dataset(LineageDataset dataset, DateTimeOffset at, bool isWritten, string? type = null)
    {
        foreach (var link in dataset.Facets.At("symlinks").At("identifiers").Items())
        {
            if (names.Dataset(link) is { } name && name != dataset.Id) yield return new AliasSeen("dataset", name, dataset.Id);
        }

        if (LineageNames.Team(dataset.Facets.At("ownership")) is { } team)
            yield return new RecordRead(Described(dataset, at) with { Team = privacy.Clean(team) });
        if (dataset.Facets.At("documentation").Text("description") is { } description)
            yield return new RecordRead(Described(dataset, at) with { Description = privacy.Clean(description), Source = DocumentationSource });
        if (!isWritten || type is "FAIL" or "ABORT") yield break;

        var lifecycle = type is "START" or "RUNNING" ? default : dataset.Facets.At("lifecycleStateChange");
        var change = lifecycle.Text("lifecycleStateChange")?.ToUpperInvariant();
        if (change == "RENAME" && names.Dataset(lifecycle.At("previousIdentifier")) is { } before && before != dataset.Id)
            foreach (var reading in Gone(before, at)) yield return reading;
        if (change == "DROP")
        {
            foreach (var reading in Gone(dataset.Id, at)) yield return reading;
        }
        else if (dataset.Columns is { Count: > 0 } columns)
        {
            yield return new SchemaSeen(dataset.Id, at, columns);
        }
    }

    /// <summary>A table that is no more: it was there until then.</summary>
    private static IEnumerable<Reading> Gone(string dataset, DateTimeOffset at)
    {
        yield return new SchemaSeen(dataset, at, null);
        foreach (var (seen, lifecycle) in new[] { (at.AddMicroseconds(-1), Lifecycle.Active), (at, Lifecycle.Deprecated) })
        {
            yield return new RecordRead(new Dataset
            {
                Id = dataset,
                Lifecycle = lifecycle,
                Source = LifecycleSource,
                UpdatedAt = seen,
                SeenAt = seen,
            });
        }
    }

    private static Dataset Described(LineageDataset dataset, DateTimeOffset at) => new()
    {
        Id = dataset.Id,
        Name = dataset.Name,
        Source = OpenLineageSource.SourceName,
        UpdatedAt = at,
        SeenAt = DayOf(at),
    };

    // Every run says it again: one word a day is kept, the last.
    private static DateTimeOffset DayOf(DateTimeOffset at) => new(at.UtcDateTime.Date, TimeSpan.Zero);

    private static RunTrigger? Trigger(string? runType) => runType?.ToLowerInvariant() switch
    {
        "scheduled" => RunTrigger.Scheduled,
        "manual" or "asset_materialization" => RunTrigger.Manual,
        "backfill" => RunTrigger.Backfill,
        "dataset_triggered" or "asset_triggered" => RunTrigger.Event,
        _ => null,
    };

    private List<LineageDataset> Datasets(JsonElement list, string ownFacets) =>
        [.. list.Items().Where(d => names.Dataset(d) is not null).Select(d => new LineageDataset(names.Dataset(d)!, d) { OwnFacets = d.At(ownFacets) })];
}
