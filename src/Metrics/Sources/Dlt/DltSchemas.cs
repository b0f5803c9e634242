using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dlt;

/// <summary>Rows of <c>_dlt_version</c>: the whole schema at each of its versions. Versions skip numbers.</summary>
internal sealed class DltSchemas(DltNames names)
{
    private readonly List<Version> versions = [];

    /// <summary>The tables of a version with their columns.</summary>
    public IEnumerable<Reading> Read(JsonElement row, string? dataset, string place)
    {
        if (row.Moment("inserted_at") is not { } at || row.Text("schema") is not { } text)
        {
            yield return new RecordRejected(place, row.Text("version_hash") ?? "", "inserted_at or schema is missing; both are columns of _dlt_version");
            yield break;
        }

        if (Parse(text) is not { } schema)
        {
            yield return new RecordRejected(place, row.Text("version_hash") ?? "", "schema is not readable as JSON; it is the column schema of _dlt_version, whole");
            yield break;
        }

        var name = schema.Text("name") ?? row.Text("schema_name");
        var contracted = Contracted(schema).ToHashSet();
        var tables = new List<string>();
        foreach (var table in schema.At("tables").Members().Where(t => !names.IsOwn(t.Name)))
        {
            var columns = table.Value.At("columns").Members()
                .Where(c => c.Value.Text("data_type") is not null).Select(c => new ColumnSeen(c.Name, c.Value.Text("data_type"))).ToList();
            if (columns.Count == 0) continue;
            tables.Add(table.Name);
            yield return new SchemaSeen(names.Dataset(dataset, name, table.Name), at, columns)
            {
                ContractId = contracted.Contains(table.Name) ? row.Text("version_hash") : null,
            };
        }

        versions.Add(new Version(dataset, name, at, [.. tables]));
    }

    /// <summary>Tables that came or went between two versions: known once all have been read.</summary>
    public IEnumerable<Reading> ComeAndGone()
    {
        foreach (var schema in versions.GroupBy(v => (v.Dataset, v.Schema)))
        {
            var ordered = schema.OrderBy(v => v.At).ToList();
            foreach (var (before, after) in ordered.Zip(ordered.Skip(1)))
            {
                foreach (var gone in before.Tables.Except(after.Tables)) yield return Absent(schema.Key, gone, after.At);
                foreach (var come in after.Tables.Except(before.Tables)) yield return Absent(schema.Key, come, before.At);
            }
        }
    }

    /// <summary>Tables whose columns or types are frozen: by the schema, or by their own contract, which counts first.</summary>
    public static IEnumerable<string> Contracted(JsonElement schema)
    {
        var general = IsFrozen(schema.At("settings").At("schema_contract"));
        return schema.At("tables").Members()
            .Where(t => t.Value.At("schema_contract") is { ValueKind: not JsonValueKind.Undefined } own ? IsFrozen(own) : general)
            .Select(t => t.Name);
    }

    public static JsonElement? Parse(string schema)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(schema);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsFrozen(JsonElement contract) =>
        contract.AsText() == "freeze" || contract.Text("columns") == "freeze" || contract.Text("data_type") == "freeze";

    private SchemaSeen Absent((string? Dataset, string? Schema) schema, string table, DateTimeOffset at) =>
        new(names.Dataset(schema.Dataset, schema.Schema, table), at, null);

    private sealed record Version(string? Dataset, string? Schema, DateTimeOffset At, HashSet<string> Tables);
}
