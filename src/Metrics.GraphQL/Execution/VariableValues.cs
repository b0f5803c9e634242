using System.Text.Json;

namespace Metrics.GraphQL.Execution;

/// <summary>The variables of one request after coercion.</summary>
internal sealed class VariableValues
{
    private readonly Dictionary<string, object?> values = [];
    private readonly Dictionary<string, JsonElement> sources = [];

    public static VariableValues Empty { get; } = new();

    public bool TryGet(string name, out object? value) => values.TryGetValue(name, out value);

    /// <summary>The JSON that was sent, for scalars that take any value.</summary>
    public JsonElement? Source(string name) => sources.TryGetValue(name, out var json) ? json : null;

    public void Add(string name, object? value, JsonElement? source = null)
    {
        values.Add(name, value);
        if (source is { } json) sources.Add(name, json);
    }
}
