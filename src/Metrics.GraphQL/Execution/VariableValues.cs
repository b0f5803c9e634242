using System.Text.Json;
using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Execution;

/// <summary>The variables of one request after coercion.</summary>
internal sealed class VariableValues
{
    private readonly Dictionary<string, object?> values = [];
    private readonly Dictionary<string, JsonElement> sources = [];
    private readonly Dictionary<string, ValueNode> defaults = [];

    public static VariableValues Empty { get; } = new();

    public bool TryGet(string name, out object? value) => values.TryGetValue(name, out value);

    /// <summary>The JSON that was sent, for scalars that take any value.</summary>
    public JsonElement? Source(string name) => sources.TryGetValue(name, out var json) ? json : null;

    /// <summary>The default that was used, for scalars that take any value.</summary>
    public ValueNode? Default(string name) => defaults.GetValueOrDefault(name);

    public void AddDefault(string name, object? value, ValueNode literal)
    {
        values.Add(name, value);
        defaults.Add(name, literal);
    }

    public void Add(string name, object? value, JsonElement? source = null)
    {
        values.Add(name, value);
        if (source is { } json) sources.Add(name, json);
    }
}
