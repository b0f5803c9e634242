namespace Metrics.GraphQL;

/// <summary>
/// Fails a request or, thrown by a resolver, one field, with errors that are meant for the caller. The message of any other
/// exception never leaves the server.
/// </summary>
public sealed class GraphQLException : Exception
{
    /// <summary>Fails with one error.</summary>
    public GraphQLException(GraphQLError error) : this([error]) { }

    /// <summary>Fails with a message and, optionally, a code.</summary>
    public GraphQLException(string message, string? code = null) : this(new GraphQLError(message) { Code = code }) { }

    /// <summary>Fails with several errors, at least one.</summary>
    public GraphQLException(IReadOnlyList<GraphQLError> errors) : base(errors.Count > 0 ? errors[0].Message : null)
    {
        if (errors.Count == 0) throw new ArgumentException("A GraphQLException needs at least one error.", nameof(errors));
        Errors = errors;
    }

    /// <summary>What to tell the caller; never empty.</summary>
    public IReadOnlyList<GraphQLError> Errors { get; }
}
