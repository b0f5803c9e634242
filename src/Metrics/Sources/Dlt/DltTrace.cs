using System.Text.Json;
using System.Text.RegularExpressions;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dlt;

/// <summary>A trace: one run of a pipeline from extract to load, failed ones too.</summary>
internal sealed partial class DltTrace
{
    private readonly DltNames names;
    private readonly JsonRedaction privacy;
    private readonly string runId;
    private readonly string pipeline;
    private readonly DateTimeOffset startedAt;
    private readonly DateTimeOffset? finishedAt;
    private readonly List<JsonElement> steps;
    private readonly Dictionary<string, DltPackage> packages = [];
    private readonly string? dataset;

    private DltTrace(JsonElement trace, DltNames names, JsonRedaction privacy)
    {
        (this.names, this.privacy) = (names, privacy);
        runId = trace.Text("transaction_id")!;
        pipeline = trace.Text("pipeline_name")!;
        startedAt = trace.Moment("started_at")!.Value;
        finishedAt = trace.Moment("finished_at");

        // The step "run" is there only on failure, and repeats the error of the step that failed.
        steps = [.. trace.At("steps").Items().Where(s => s.Text("step") is not (null or "run")).OrderBy(s => s.Moment("started_at"))];
        foreach (var package in steps.SelectMany(s => DltPackage.In(s.At("step_info")).Concat(DltPackage.In(s.At("load_info")))))
            packages[package.LoadId] = package;
        dataset = steps.Select(s => s.At("load_info").Text("dataset_name") ?? s.At("step_info").Text("dataset_name")).FirstOrDefault(d => d is not null);
    }

    public static bool Is(JsonElement json) => json.Text("transaction_id") is not null && json.At("steps").ValueKind == JsonValueKind.Array;

    public static IEnumerable<Reading> Read(JsonElement json, string place, DltNames names, JsonRedaction privacy)
    {
        if (json.Text("pipeline_name") is null || json.Moment("started_at") is null)
            return [new RecordRejected(place, privacy.Shown(json), "pipeline_name or started_at is missing or no time; deliver trace.asdict() as dlt gives it")];
        return new DltTrace(json, names, privacy).Read();
    }

    private IEnumerable<Reading> Read()
    {
        var outputs = Outputs().ToList();
        var run = Run(outputs);
        if (run.Fault() is { } fault)
        {
            yield return new RecordRejected($"trace {runId}", runId, fault);
            yield break;
        }

        yield return new RecordRead(run);
        foreach (var output in outputs) yield return new RecordRead(output);

        // A run that fails before it loads names no table: then its pipeline's count.
        if (run.State == RunState.Success && outputs.Count > 0)
        {
            yield return new RecordRead(new Pipeline
            {
                Id = pipeline,
                Name = pipeline,
                Datasets = run.Datasets,
                System = DltSource.SourceName,
                Source = DltSource.SourceName,
                UpdatedAt = run.EndedAt,
                SeenAt = new DateTimeOffset(startedAt.UtcDateTime.Date, TimeSpan.Zero),
            });
        }

        foreach (var package in packages.Values)
        {
            yield return LoadParts.Trace(package.LoadId, runId);
            if (dataset is not null && package.Schema is { } schema)
                foreach (var table in package.Tables.Keys.Where(t => !names.IsOwn(t)))
                    yield return new AliasSeen("dataset", $"{schema}.{table}", names.Dataset(dataset, schema, table));
        }

        foreach (var reading in Contract()) yield return reading;
    }

    private PipelineRun Run(List<RunOutput> outputs) => new()
    {
        Pipeline = pipeline,
        RunId = runId,
        Attempt = 1,
        StartedAt = startedAt,
        EndedAt = finishedAt,
        State = State(),
        Datasets = [.. outputs.Select(o => o.Dataset).Distinct().Order(StringComparer.Ordinal)],
        RowsWritten = outputs.Exists(o => o.RowsWritten is not null) ? outputs.Sum(o => o.RowsWritten ?? 0) : null,
        Error = privacy.Message(Exception() ?? FailedJob()),
        Source = DltSource.SourceName,
        UpdatedAt = finishedAt ?? startedAt,
    };

    private RunState State()
    {
        if (Exception() is not null || packages.Values.Any(p => p.HasFailed)) return RunState.Failed;
        if (steps.Count == 0) return RunState.Unknown;
        return finishedAt is null ? RunState.Running : RunState.Success;
    }

    private string? Exception() => steps.Select(s => s.Text("step_exception")).FirstOrDefault(e => e is not null);

    private string? FailedJob() => packages.Values.SelectMany(p => p.Tables.Where(t => t.Value).Select(t => $"the load of {t.Key} failed")).FirstOrDefault();

    private IEnumerable<RunOutput> Outputs()
    {
        var rows = steps.SelectMany(s => s.At("normalize_info").At("table_metrics").Items())
            .GroupBy(m => (m.Text("load_id"), m.Text("table_name")))
            .ToDictionary(m => m.Key, m => m.Select(x => x.Number("items_count")).LastOrDefault());
        return packages.Values.Where(p => p.WasLoaded).SelectMany(p => p.Tables.Keys.Where(t => !names.IsOwn(t)).Select(t => new RunOutput
        {
            Pipeline = pipeline,
            RunId = runId,
            Attempt = 1,
            Dataset = names.Dataset(dataset, p.Schema, t),
            State = p.StateOf(t),
            EndedAt = p.CompletedAt ?? finishedAt,
            RowsWritten = rows.GetValueOrDefault((p.LoadId, t)) is { } count and >= 0 ? (long)count : null,
            Source = DltSource.SourceName,
            UpdatedAt = finishedAt ?? startedAt,
        })).GroupBy(o => o.Dataset).Select(o => o.OrderBy(x => x.State == RunState.Failed).Last());
    }

    /// <summary>A schema that is frozen is a check of the table: what does not fit it stops the load.</summary>
    private IEnumerable<Reading> Contract()
    {
        if (Exception() is not { } message || Violation().Match(message) is not { Success: true } violation) yield break;
        var (schema, table) = (violation.Groups["schema"].Value, violation.Groups["table"].Value);
        var failed = DltContract.Failed(names.Dataset(dataset, schema, table), schema, table, finishedAt ?? startedAt,
            $"{violation.Groups["entity"].Value} of {table} are frozen; {violation.Groups["column"].Value} does not fit");
        foreach (var reading in failed) yield return reading;
    }

    [GeneratedRegex(
        @"In schema `(?<schema>[^`]+)`: In Table: `(?<table>[^`]+)`( Column: `(?<column>[^`]+)`)?.{0,10}Contract on `(?<entity>[^`]+)` with `contract_mode=",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Violation();
}
