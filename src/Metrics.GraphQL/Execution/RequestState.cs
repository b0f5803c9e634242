using System.Security.Claims;
using Metrics.GraphQL.DataLoading;

namespace Metrics.GraphQL.Execution;

/// <summary>What belongs to one request while it is executed.</summary>
internal sealed class RequestState : IAsyncDisposable
{
    private DataLoaderScope? loaders;
    private Dictionary<PlannedField, Dictionary<string, object?>>? arguments;

    public required VariableValues Variables { get; init; }

    public required IServiceProvider Services { get; init; }

    public ClaimsPrincipal? User { get; init; }

    public object? RootValue { get; init; }

    public CancellationToken CancellationToken { get; init; }

    public required ErrorReporter Reporter { get; init; }

    /// <summary>Arguments that depend on variables, coerced once per field of the document.</summary>
    public Dictionary<PlannedField, Dictionary<string, object?>> Arguments => arguments ??= [];

    public DataLoaderScope Loaders => loaders ??= new DataLoaderScope(Services, CancellationToken);

    public ValueTask DisposeAsync() => loaders?.DisposeAsync() ?? ValueTask.CompletedTask;
}
