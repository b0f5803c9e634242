using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Execution;

/// <summary>The object type of a value (spec §6.4.3, ResolveAbstractType).</summary>
internal static class TypeResolution
{
    /// <exception cref="GraphQLException">The value is of no possible type.</exception>
    public static ObjectType Resolve(Schema schema, object value, CompositeType type)
    {
        if (type is ObjectType known) return known;
        var name = schema.Options.ResolveType(value, type);
        if (name is not null && schema.FindType(name) is ObjectType resolved && type.PossibleTypeSet.Contains(resolved)) return resolved;
        throw new GraphQLException(
            $"A value of \"{type}\" must be one of {string.Join(", ", type.PossibleTypes.Select(t => $"\"{t}\""))}, but is {(name is null ? "of unknown type" : $"\"{name}\"")}.",
            ErrorCodes.InvalidResult);
    }
}
