using System.Text.Json;
using System.Text.Json.Serialization;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dlt;

/// <summary>
/// What is known of a load, from several places: its row in <c>_dlt_loads</c>, a load info, a trace that tells of it, the rows that
/// bear its id. Together they make a run, unless a trace does.
/// </summary>
internal static class LoadParts
{
    public const string Mark = "load ";

    private const string RowsMark = "rows ";

    // A load without a row in _dlt_loads that is older than this has failed; a younger one may be running.
    private static readonly TimeSpan LongestLoad = TimeSpan.FromHours(6);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>A trace tells of the load: the trace is the run.</summary>
    public static FragmentSeen Trace(string loadId, string transaction) => Part(loadId, "trace", DateTimeOffset.UnixEpoch, new { transaction });

    /// <summary>A load that saved traces or load infos, and perhaps nothing else.</summary>
    public static FragmentSeen Saving(string loadId) => Part(loadId, "saving", DateTimeOffset.UnixEpoch, new { });

    /// <summary>Its row in <c>_dlt_loads</c>: it is complete.</summary>
    public static FragmentSeen Row(string loadId, LoadRow row) => Part(loadId, "row", row.InsertedAt, row);

    /// <summary>Its load info.</summary>
    public static FragmentSeen Info(string loadId, LoadInfo info) => Part(loadId, "info", info.FinishedAt ?? info.StartedAt ?? DateTimeOffset.UnixEpoch, info);

    /// <summary>Rows of a table that bear its id.</summary>
    public static FragmentSeen Rows(string loadId, TableRows rows) => Part(loadId, RowsMark + rows.Dataset, rows.SeenAt, rows);

    /// <summary>The pipeline that was found in its state.</summary>
    public static FragmentSeen Pipeline(string loadId, string pipeline) => Part(loadId, "pipeline", DateTimeOffset.UnixEpoch, new LoadPipeline(pipeline));

    public static IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> parts)
    {
        var loadId = parts[0].Entity[Mark.Length..];
        var row = Of<LoadRow>(parts, "row");
        var info = Of<LoadInfo>(parts, "info");
        var rows = parts.Where(p => p.Name.StartsWith(RowsMark, StringComparison.Ordinal)).Select(p => JsonSerializer.Deserialize<TableRows>(p.Body, Json)!).ToList();
        var named = Of<LoadPipeline>(parts, "pipeline")?.Name;
        string?[] candidates = [info?.Pipeline, row?.Pipeline, named, row?.Schema, rows.FirstOrDefault()?.Pipeline];
        var pipelines = candidates.OfType<string>().Distinct().ToList();
        var isTold = parts.Any(p => p.Name == "trace");
        var isSavingOnly = parts.Any(p => p.Name == "saving") && info is null && rows.Count == 0;
        var run = isTold || isSavingOnly || pipelines.Count == 0 ? null : Run(loadId, pipelines[0], row, info, rows);
        if (run is not null)
        {
            yield return new RecordRead(run);
            foreach (var output in Outputs(run, info, rows)) yield return new RecordRead(output);
        }

        foreach (var pipeline in pipelines.Where(p => p != run?.Pipeline))
            foreach (var withdrawn in Withdrawn(loadId, pipeline, info, rows)) yield return withdrawn;
        if (row is null) yield break;
        foreach (var contract in row.Contracts ?? [])
        {
            foreach (var kept in DltContract.Kept(contract.Dataset, row.Schema ?? "", contract.Table, row.InsertedAt))
            {
                // A load that only saved a trace put nothing to the test.
                if (!isSavingOnly) yield return kept;
                else if (kept is RecordRead { Record: CheckResult result }) yield return new RecordRead(result with { Deleted = true });
            }
        }
    }

    private static PipelineRun Run(string loadId, string pipeline, LoadRow? row, LoadInfo? info, List<TableRows> rows)
    {
        var created = DltNames.CreatedAt(loadId);
        var started = info?.StartedAt is { } told && (created is null || told < created) ? told : created ?? info?.StartedAt;
        var ended = info?.FinishedAt ?? row?.InsertedAt;
        return new PipelineRun
        {
            Pipeline = pipeline,
            RunId = loadId,
            Attempt = 1,
            StartedAt = started,
            EndedAt = ended < started ? started : ended,
            State = State(row, info, rows, created),
            Datasets = [.. (info?.Tables.Keys ?? (IEnumerable<string>)rows.Select(r => r.Dataset)).Distinct().Order(StringComparer.Ordinal)],
            RowsWritten = rows.Count == 0 ? null : rows.Sum(r => r.Count),
            Error = info is null && row is null ? "rows bear the id of a load that was never completed" : info?.Error,
            Source = DltSource.SourceName,
            UpdatedAt = ended ?? started,
        };
    }

    private static RunState State(LoadRow? row, LoadInfo? info, List<TableRows> rows, DateTimeOffset? created)
    {
        if (info is not null)
        {
            if (info.HasFailed) return RunState.Failed;
            return info.IsLoaded || row is not null ? RunState.Success : RunState.Running;
        }

        // dlt writes 0; higher are stages that users set after loading.
        if (row is not null) return row.Status >= 0 ? RunState.Success : RunState.Unknown;
        return rows.Max(r => r.SeenAt) - created > LongestLoad ? RunState.Failed : RunState.Running;
    }

    private static IEnumerable<RunOutput> Outputs(PipelineRun run, LoadInfo? info, List<TableRows> rows)
    {
        var counts = rows.GroupBy(r => r.Dataset).ToDictionary(r => r.Key, r => r.Sum(x => x.Count));
        return run.Datasets.Select(dataset => new RunOutput
        {
            Pipeline = run.Pipeline,
            RunId = run.RunId,
            Attempt = 1,
            Dataset = dataset,
            State = info?.Tables.GetValueOrDefault(dataset) == true ? RunState.Failed : run.State == RunState.Failed && info is { IsLoaded: true } ? RunState.Success : run.State,
            EndedAt = run.EndedAt,
            RowsWritten = counts.TryGetValue(dataset, out var count) ? count : null,
            Source = DltSource.SourceName,
            UpdatedAt = run.UpdatedAt,
        });
    }

    /// <summary>What may have been made of it before a trace, or its pipeline's name, was known.</summary>
    private static IEnumerable<Reading> Withdrawn(string loadId, string pipeline, LoadInfo? info, List<TableRows> rows)
    {
        yield return new RecordRead(new PipelineRun { Pipeline = pipeline, RunId = loadId, Attempt = 1, Source = DltSource.SourceName, UpdatedAt = DateTimeOffset.UnixEpoch, Deleted = true });
        foreach (var dataset in (info?.Tables.Keys ?? (IEnumerable<string>)[]).Concat(rows.Select(r => r.Dataset)).Distinct())
        {
            yield return new RecordRead(new RunOutput
            {
                Pipeline = pipeline,
                RunId = loadId,
                Attempt = 1,
                Dataset = dataset,
                Source = DltSource.SourceName,
                UpdatedAt = DateTimeOffset.UnixEpoch,
                Deleted = true,
            });
        }
    }

    private static T? Of<T>(IReadOnlyList<FragmentSeen> parts, string name) where T : class =>
        parts.FirstOrDefault(p => p.Name == name) is { } part ? JsonSerializer.Deserialize<T>(part.Body, Json) : null;

    private static FragmentSeen Part<T>(string loadId, string name, DateTimeOffset version, T body) =>
        new(Mark + loadId, name, version, JsonSerializer.Serialize(body, Json));
}

/// <summary>A row of <c>_dlt_loads</c>, with what the destination's other tables add to it.</summary>
internal sealed record LoadRow(string? Schema, long Status, DateTimeOffset InsertedAt, string? Pipeline, IReadOnlyList<LoadContract>? Contracts);

/// <summary>A table whose schema was frozen during a load.</summary>
internal sealed record LoadContract(string Table, string Dataset);

/// <summary>What a load info says of one load.</summary>
/// <param name="Tables">By dataset: whether a job of it failed.</param>
internal sealed record LoadInfo(
    string? Pipeline, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, bool HasFailed, bool IsLoaded, IReadOnlyDictionary<string, bool> Tables, string? Error);

/// <summary>How many rows of a table bear a load's id.</summary>
internal sealed record TableRows(string Dataset, long Count, DateTimeOffset SeenAt, string? Pipeline);

internal sealed record LoadPipeline(string Name);
