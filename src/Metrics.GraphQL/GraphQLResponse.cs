using System.Text;
using Metrics.GraphQL.Execution;

namespace Metrics.GraphQL;

/// <summary>A response, already written as JSON. Dispose it to give its buffer back.</summary>
public sealed class GraphQLResponse : IDisposable
{
    private readonly ResponseWriter writer;

    internal GraphQLResponse(ResponseWriter writer, bool isExecuted, IReadOnlyList<GraphQLError> errors)
    {
        this.writer = writer;
        IsExecuted = isExecuted;
        Errors = errors;
    }

    /// <summary>The JSON as UTF-8.</summary>
    public ReadOnlyMemory<byte> Json => writer.Written;

    /// <summary>Whether execution began, so that there is a <c>data</c> entry, perhaps null.</summary>
    public bool IsExecuted { get; }

    /// <summary>The errors in the response; empty when all went well.</summary>
    public IReadOnlyList<GraphQLError> Errors { get; }

    /// <summary>Whether a mutation came where only queries are allowed.</summary>
    internal bool IsForbiddenMutation { get; init; }

    public override string ToString() => Encoding.UTF8.GetString(Json.Span);

    public void Dispose() => writer.Dispose();
}
