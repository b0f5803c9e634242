using System.Text.Json;

namespace Metrics.GraphQL.Tests.Conformance;

/// <summary>An answer of the oracle or of ours in a form in which equal ones are equal: phase, data, locations and paths; no wording, no order of errors.</summary>
internal static class Answer
{
    public static string Normalise(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1000 });
        return Normalise(document.RootElement);
    }

    public static string Normalise(JsonElement answer)
    {
        var phase = answer.GetProperty("phase").GetString();
        var hasData = answer.TryGetProperty("data", out var data);
        var errors = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var error in answer.TryGetProperty("errors", out var list) ? list.EnumerateArray() : default)
        {
            var path = error.TryGetProperty("path", out var keys) ? keys.EnumerateArray().Select(k => k.ToString()).ToList() : null;
            // An error below a position that is null anyway counts as that position's.
            if (path is not null && hasData) path = [.. path.Take(NullAt(data, path))];
            var locations = hasData || !error.TryGetProperty("locations", out var at) ? "" : Numbers(at);
            errors.Add($"{locations} {(path is null ? "" : string.Join('/', path))}");
        }
        return $"{phase} {(hasData ? Plain(data) : "")} {string.Join(" | ", errors)}";
    }

    private static int NullAt(JsonElement data, List<string> path)
    {
        var value = data;
        for (var i = 0; i < path.Count; i++)
        {
            if (value.ValueKind == JsonValueKind.Null) return i;
            value = value.ValueKind == JsonValueKind.Array ? value[int.Parse(path[i], System.Globalization.CultureInfo.InvariantCulture)] : value.GetProperty(path[i]);
        }
        return path.Count;
    }

    private static string Numbers(JsonElement locations) => string.Join(',', locations.EnumerateArray().Select(l => $"{l.GetProperty("line")}:{l.GetProperty("column")}"));

    /// <summary>JSON with the order of keys kept and numbers by value.</summary>
    private static string Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', value.EnumerateObject().Select(p => $"{p.Name}:{Plain(p.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Plain))}]",
        JsonValueKind.Number => value.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        JsonValueKind.String => JsonSerializer.Serialize(value.GetString()),
        _ => value.ToString(),
    };
}
