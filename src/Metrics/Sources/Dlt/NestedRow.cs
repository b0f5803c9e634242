using System.Text.Json;
using System.Text.Json.Nodes;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dlt;

/// <summary>
/// A row of a saved trace or load info. dlt keeps nested lists in tables of their own, joined by <c>_dlt_parent_id</c>; here they
/// come together again, from the innermost out, in whatever order the rows arrive.
/// </summary>
internal static class NestedRow
{
    public const string Mark = "row ";

    private const string ChildMark = "child ";

    /// <summary>The row as a part of itself.</summary>
    public static FragmentSeen? Of(string table, JsonElement row, Func<string, string?> clean) =>
        row.Text("_dlt_id") is not { } id
            ? null
            : new FragmentSeen(Mark + id, "self", DateTimeOffset.UnixEpoch, new JsonObject { ["table"] = table, ["row"] = JsonNode.Parse(clean(row.GetRawText())!) }.ToJsonString());

    /// <summary>The row and the rows nested in it: a part of the row above it, or, of a topmost row, the whole object.</summary>
    public static (FragmentSeen? Above, JsonElement? Whole, string Table) Compose(IReadOnlyList<FragmentSeen> parts)
    {
        if (parts.FirstOrDefault(p => p.Name == "self") is not { } self) return (null, null, "");
        var node = JsonNode.Parse(self.Body)!;
        var table = (string)node["table"]!;
        var row = node["row"]!.AsObject();
        var whole = Unflatten(row);
        foreach (var nested in parts.Where(p => p.Name.StartsWith(ChildMark, StringComparison.Ordinal)).Select(p => JsonNode.Parse(p.Body)!)
            .GroupBy(n => (string)n["table"]!).OrderBy(n => n.Key, StringComparer.Ordinal))
        {
            if (!nested.Key.StartsWith(table + "__", StringComparison.Ordinal)) continue;
            var items = nested.OrderBy(n => (long?)n["index"] ?? 0).Select(n => n["whole"]!.DeepClone()).ToArray();
            Put(whole, nested.Key[(table.Length + 2)..], new JsonArray(items));
        }

        if ((string?)row["_dlt_parent_id"] is not { } parent) return (null, JsonSerializer.SerializeToElement(whole), table);
        var body = new JsonObject { ["table"] = table, ["index"] = row["_dlt_list_idx"]?.DeepClone(), ["whole"] = whole };
        return (new FragmentSeen(Mark + parent, ChildMark + parts[0].Entity[Mark.Length..], DateTimeOffset.UnixEpoch, body.ToJsonString()), null, table);
    }

    /// <summary>Columns such as <c>step_info__first_run</c> are members of members.</summary>
    private static JsonObject Unflatten(JsonObject row)
    {
        var whole = new JsonObject();
        foreach (var (name, value) in row)
        {
            if (!name.StartsWith("_dlt_", StringComparison.Ordinal)) Put(whole, name, value?.DeepClone());
            else if (name == "_dlt_load_id") whole[name] = value?.DeepClone();
        }

        return whole;
    }

    private static void Put(JsonObject whole, string path, JsonNode? value)
    {
        var names = path.Split("__");
        var at = whole;
        foreach (var name in names[..^1])
        {
            if (at[name] is not JsonObject inner) at[name] = inner = [];
            at = inner;
        }

        at[names[^1]] = value;
    }
}
