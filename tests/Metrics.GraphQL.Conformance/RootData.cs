using System.Text.Json;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Conformance;

/// <summary>
/// The oracle's resolvers over a root value: members by name; <c>{"$error": "…"}</c> throws; <c>"$args"</c> answers the
/// coerced arguments as JSON.
/// </summary>
internal static class RootData
{
    public static SchemaOptions Options { get; } = new() { DefaultResolver = FieldResolver.From(Resolve) };

    private static object? Resolve(ResolverContext context)
    {
        var value = DefaultResolvers.Read(context.Source, context.Field.Name);
        return value switch
        {
            "$args" => ScriptJson.Write(context.Arguments),
            JsonElement { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(i => Failure(i) ?? (object?)i).ToList(),
            JsonElement json when Failure(json) is { } failure => throw failure,
            _ => value,
        };
    }

    private static GraphQLException? Failure(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("$error", out var message) && message.ValueKind == JsonValueKind.String
            ? new GraphQLException(message.GetString()!)
            : null;
}
