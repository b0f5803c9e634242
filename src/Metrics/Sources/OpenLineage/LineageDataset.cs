using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.OpenLineage;

/// <summary>A dataset as an event names it.</summary>
/// <param name="Id">Its canonical name.</param>
internal sealed record LineageDataset(string Id, JsonElement Json)
{
    public JsonElement Facets => Json.At("facets");

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
