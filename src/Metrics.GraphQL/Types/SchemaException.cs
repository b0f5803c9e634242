namespace Metrics.GraphQL.Types;

/// <summary>A schema could not be built; all that is wrong with it is listed.</summary>
public sealed class SchemaException(IReadOnlyList<GraphQLError> errors)
    : Exception($"The schema is invalid:{string.Concat(errors.Select(Describe))}")
{
    /// <summary>Every fault found; never empty.</summary>
    public IReadOnlyList<GraphQLError> Errors { get; } = errors;

    private static string Describe(GraphQLError error) =>
        error.Locations is [var at, ..] && at != default
            ? FormattableString.Invariant($"\n- {at.Line}:{at.Column}: {error.Message}")
            : $"\n- {error.Message}";
}
