using System.IO.Compression;
using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dlt;

/// <summary>Reads what dlt leaves: traces and load infos as JSON, and rows of its tables.</summary>
internal sealed class DltReader(DltNames names, JsonRedaction privacy)
{
    private const int LargestState = 16 * 1024 * 1024;

    private readonly DltSchemas schemas = new(names);

    /// <param name="table">The table that the file is of; null where its name does not tell.</param>
    public IEnumerable<Reading> Read(JsonElement json, string? table, string place)
    {
        // As a pull lands them: the row with its table and dataset.
        if (json.At("row") is { ValueKind: JsonValueKind.Object } row && json.Text("table") is { } named)
            return Row(named, row, json, place);
        if (DltTrace.Is(json)) return DltTrace.Read(json, place, names, privacy);
        if (json.At("loads_ids").ValueKind == JsonValueKind.Array && json.At("load_packages").ValueKind == JsonValueKind.Array) return LoadInfoParts(json, place);
        return table is not null && json.ValueKind == JsonValueKind.Object
            ? Row(table, json, default, place)
            : [new RecordRejected(place, privacy.Shown(json), Unknown(json))];
    }

    /// <summary>What is known once everything has been read.</summary>
    public IEnumerable<Reading> Finish() => schemas.ComeAndGone();

    public IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> parts)
    {
        if (parts[0].Entity.StartsWith(LoadParts.Mark, StringComparison.Ordinal)) return LoadParts.Compose(parts);
        var (above, whole, table) = NestedRow.Compose(parts);
        if (above is not null) return [above];
        if (whole is not { } json) return [];
        // The row alone says nothing yet: its packages are rows of their own.
        if (table == names.LoadInfoTable) return DltPackage.In(json).Any() ? LoadInfoParts(json, table) : [];

        // The steps are rows of their own; until the first of them is there the run is known to have been, and no more.
        var trace = json.At("steps").ValueKind == JsonValueKind.Array ? json : WithoutSteps(json);
        return table == names.TraceTable && trace.Text("transaction_id") is not null ? DltTrace.Read(trace, table, names, privacy) : [];
    }

    private IEnumerable<Reading> Row(string table, JsonElement row, JsonElement extra, string place)
    {
        if (DltNames.IsOf(table, names.TraceTable) || DltNames.IsOf(table, names.LoadInfoTable)) return Nested(table, row, place);
        return table switch
        {
            "_dlt_loads" => Load(row, extra, place),
            "_dlt_version" => schemas.Read(row, extra.Text("dataset"), place),
            "_dlt_pipeline_state" => State(row, place),
            "_dlt_rows" => Rows(row, extra, place),
            _ => [new RecordRejected(place, privacy.Shown(row), Unknown(row))],
        };
    }

    private IEnumerable<Reading> Nested(string table, JsonElement row, string place)
    {
        if (NestedRow.Of(table, row, privacy.Clean) is not { } part)
        {
            yield return new RecordRejected(place, privacy.Shown(row), $"_dlt_id is missing; without it the rows of {table} cannot be joined");
            yield break;
        }

        yield return part;

        // Saving a trace is itself a load.
        if (row.Text("_dlt_load_id") is { } saving) yield return LoadParts.Saving(saving);
    }

    private IEnumerable<Reading> Load(JsonElement row, JsonElement extra, string place)
    {
        if (row.Text("load_id") is not { } id || row.Moment("inserted_at") is not { } at || row.Number("status") is not { } status)
        {
            yield return new RecordRejected(place, privacy.Shown(row), "load_id, status or inserted_at is missing; all are columns of _dlt_loads");
            yield break;
        }

        var contracts = extra.At("contracts").Texts()
            .Select(t => new LoadContract(t, names.Dataset(extra.Text("dataset"), row.Text("schema_name"), t))).ToList();
        yield return LoadParts.Row(id, new LoadRow(
            row.Text("schema_name"), (long)Math.Clamp(status, int.MinValue, int.MaxValue), at, extra.Text("pipeline"), contracts.Count == 0 ? null : contracts));
    }

    private IEnumerable<Reading> Rows(JsonElement row, JsonElement extra, string place)
    {
        if (row.Text("load_id") is not { } id || row.Text("table") is not { } table || row.Number("count") is not { } count || row.Moment("seen_at") is not { } seen)
        {
            yield return new RecordRejected(place, privacy.Shown(row), "load_id, table, count or seen_at is missing");
            yield break;
        }

        // A load that was never completed has no row that names its schema: the dataset's name stands for its pipeline.
        yield return LoadParts.Rows(id, new TableRows(
            names.Dataset(extra.Text("dataset"), schema: null, table), (long)count, seen, extra.Text("pipeline") ?? extra.Text("dataset")));
    }

    private IEnumerable<Reading> State(JsonElement row, string place)
    {
        if (row.Text("version_hash") is null)
        {
            yield return new RecordRejected(place, privacy.Shown(row), "is no row of _dlt_pipeline_state: version_hash is missing; deliver the table's rows as they are");
            yield break;
        }

        // Older versions of dlt did not write which load saved it.
        if (row.Text("_dlt_load_id") is not { } id) yield break;
        var pipeline = row.Text("pipeline_name") ?? PipelineOf(row.Text("state"));
        if (pipeline is null)
        {
            yield return new RecordRejected(place, privacy.Shown(row), "pipeline_name is missing and state is not the packed JSON that dlt writes");
            yield break;
        }

        yield return LoadParts.Pipeline(id, pipeline);
    }

    private IEnumerable<Reading> LoadInfoParts(JsonElement info, string place)
    {
        var packages = DltPackage.In(info).ToList();
        if (packages.Count == 0)
        {
            yield return new RecordRejected(place, privacy.Shown(info), "has no load packages, so nothing was loaded; deliver load_info.asdict() as dlt gives it");
            yield break;
        }

        var dataset = info.Text("dataset_name");
        foreach (var package in packages)
        {
            var failed = package.Tables.Where(t => t.Value).Select(t => t.Key).ToList();
            var tables = package.Tables.Keys.Where(t => !names.IsOwn(t))
                .GroupBy(t => names.Dataset(dataset, package.Schema, t))
                .ToDictionary(t => t.Key, t => t.Any(x => package.StateOf(x) == RunState.Failed));

            // Of a load that only saved traces nothing is loaded.
            if (tables.Count == 0 && package.Tables.Keys.Any(names.IsOwn) && !package.HasFailed) continue;
            yield return LoadParts.Info(package.LoadId, new LoadInfo(
                info.At("pipeline").Text("pipeline_name"), info.Moment("started_at"), package.CompletedAt ?? info.Moment("finished_at"),
                package.HasFailed, package.State == "loaded", tables, failed.Count == 0 ? null : $"the load of {string.Join(", ", failed)} failed"));
            if (dataset is null || package.Schema is not { } schema) continue;
            foreach (var table in package.Tables.Keys.Where(t => !names.IsOwn(t)))
                yield return new AliasSeen("dataset", $"{schema}.{table}", names.Dataset(dataset, schema, table));
        }
    }

    private static JsonElement WithoutSteps(JsonElement json)
    {
        var node = System.Text.Json.Nodes.JsonObject.Create(json)!;
        node["steps"] = new System.Text.Json.Nodes.JsonArray();
        return JsonSerializer.SerializeToElement(node);
    }

    /// <summary>The state is JSON, packed by zlib, as base 64.</summary>
    private static string? PipelineOf(string? state)
    {
        if (state is null) return null;
        try
        {
            using var packed = new ZLibStream(new MemoryStream(Convert.FromBase64String(state)), CompressionMode.Decompress);
            var text = new byte[LargestState];
            var length = packed.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return length < text.Length ? JsonSerializer.Deserialize<JsonElement>(text.AsSpan(0, length)).Text("pipeline_name") : null;
        }
        catch (Exception broken) when (broken is FormatException or InvalidDataException or JsonException)
        {
            return null;
        }
    }

    private static string Unknown(JsonElement json)
    {
        const string supported = "supported are traces (trace.asdict()), load infos (load_info.asdict()) and rows of _dlt_loads, _dlt_version, " +
            "_dlt_pipeline_state, _trace and _load_info";
        var what = json switch
        {
            _ when json.At("tables").ValueKind == JsonValueKind.Object && json.At("engine_version").ValueKind == JsonValueKind.Number =>
                "is a schema without the time at which it held; import the table _dlt_version, which has it",
            _ when json.At("load_metrics").ValueKind == JsonValueKind.Object || json.At("_state_engine_version").ValueKind == JsonValueKind.Number =>
                "is a state of dlt's own, which says nothing of runs",
            _ when json.Members().Any() && json.Members().All(m => m.Value.At("columns").ValueKind == JsonValueKind.Object) =>
                "is the schema update of a load package, without its time; the load info of the same load has both",
            _ => "is nothing that dlt writes of its runs",
        };
        return $"{what}; {supported}";
    }
}
