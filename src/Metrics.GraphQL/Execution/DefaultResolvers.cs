using System.Text.Json;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Execution;

/// <summary>Resolvers over JSON values and dictionaries, for schemas built from SDL.</summary>
public static class DefaultResolvers
{
    /// <summary>The member of the field's name of a JSON object or dictionary; null when there is none.</summary>
    public static FieldResolver Member { get; } = FieldResolver.From(c => Read(c.Source, c.Field.Name));

    /// <summary>The member <c>__typename</c>.</summary>
    public static TypeResolver TypeName { get; } = (value, _) => Read(value, "__typename") as string;

    /// <summary>Reads a member: strings, booleans and numbers as C# values, objects and arrays as <see cref="JsonElement"/>.</summary>
    public static object? Read(object? source, string name) => source switch
    {
        JsonElement { ValueKind: JsonValueKind.Object } json => json.TryGetProperty(name, out var member) ? Unwrap(member) : null,
        IReadOnlyDictionary<string, object?> map => map.GetValueOrDefault(name),
        _ => null,
    };

    internal static object? Unwrap(JsonElement json) =>
        json.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? json : PlainValue.Of(json);
}
