using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.OpenLineage;

/// <summary>A dataset as an event names it.</summary>
internal sealed record LineageDataset(JsonElement Json, JsonElement Facets)
{
    public string Id { get; } = IdOf(Json)!;

    public string? Name => Json.Text("name");

    /// <summary>What holds for this run's reading or writing only: <c>inputFacets</c> or <c>outputFacets</c>.</summary>
    public JsonElement OwnFacets { get; init; }

    /// <summary>Null where the event says nothing of the schema.</summary>
    public IReadOnlyList<ColumnSeen>? Columns => Facets.At("schema").At("fields") is { ValueKind: JsonValueKind.Array } fields
        ? [.. Flat(fields, "")]
        : null;

    /// <summary>A whole number of the run's statistics of what it wrote; negative is unknown.</summary>
    public long? Count(string name) =>
        OwnFacets.At("outputStatistics").Number(name) is { } count and >= 0 and <= long.MaxValue ? (long)count : null;

    /// <summary>The canonical name; null where namespace or name is missing.</summary>
    public static string? IdOf(JsonElement json) =>
        json.Text("namespace") is { } space && json.Text("name") is { } name ? LineageNames.Dataset(space, name) : null;

    private static IEnumerable<ColumnSeen> Flat(JsonElement fields, string above)
    {
        foreach (var field in fields.Items())
        {
            if (field.Text("name") is not { } name) continue;
            yield return new ColumnSeen(above + name, field.Text("type"));
            foreach (var nested in Flat(field.At("fields"), $"{above}{name}.")) yield return nested;
        }
    }
}
