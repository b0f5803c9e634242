using Metrics.GraphQL.Language;

namespace Metrics.GraphQL;

/// <summary>One entry of a response's <c>errors</c>.</summary>
/// <param name="Message">What went wrong, for the developer who wrote the request.</param>
public sealed record GraphQLError(string Message)
{
    /// <summary>A stable, machine-readable reason, written as <c>extensions.code</c>; see <see cref="ErrorCodes"/>.</summary>
    public string? Code { get; init; }

    /// <summary>The places in the document that the error is about; empty when it is about none.</summary>
    public IReadOnlyList<Location> Locations { get; init; } = [];

    /// <summary>The response position (strings and list indexes) where a field failed; null outside execution.</summary>
    public IReadOnlyList<object>? Path { get; init; }

    /// <summary>Further entries of <c>extensions</c>: null, booleans, numbers, strings, and lists and dictionaries of these.</summary>
    public IReadOnlyDictionary<string, object?>? Extensions { get; init; }

    /// <summary>What a resolver threw. Seen by error filters and logs, never written to a response.</summary>
    public Exception? Exception { get; init; }

    /// <summary>The argument name or schema coordinate that the error is about, if any.</summary>
    public string? Coordinate { get; init; }

    internal static GraphQLError At(Node node, string message, string? code = null) =>
        new(message) { Locations = [node.Location], Code = code };

    internal static GraphQLError At(IEnumerable<Node> nodes, string message, string? code = null) =>
        new(message) { Locations = [.. nodes.Select(n => n.Location)], Code = code };
}
