using System.Security.Claims;
using Metrics.GraphQL.Types;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL.Execution;

/// <summary>What a resolver may know: where it stands, what it was asked, and for whom.</summary>
public sealed class ResolverContext
{
    private readonly Dictionary<string, object?> arguments;
    private readonly ResponsePath? path;

    internal ResolverContext(RequestState request, PlannedField plan, ObjectType parentType, object? source, Dictionary<string, object?> arguments, ResponsePath? path)
    {
        Request = request;
        Plan = plan;
        ParentType = parentType;
        Source = source;
        this.arguments = arguments;
        this.path = path;
    }

    /// <summary>The object whose field this is; the root value at the top.</summary>
    public object? Source { get; }

    /// <summary>The type of <see cref="Source"/>.</summary>
    public ObjectType ParentType { get; }

    /// <summary>The field being resolved.</summary>
    public FieldDefinition Field => Plan.Definition;

    /// <summary>The arguments after coercion, in the order of the field's definition; absent ones without default are missing.</summary>
    public IReadOnlyDictionary<string, object?> Arguments => arguments;

    /// <summary>The services of the request, or of the resolver when it has a scope of its own.</summary>
    public IServiceProvider Services => OwnServices ?? Request.Services;

    /// <summary>The caller; null when the server knows none.</summary>
    public ClaimsPrincipal? User => Request.User;

    /// <summary>Cancelled when the caller is gone or the time is up.</summary>
    public CancellationToken CancellationToken => Request.CancellationToken;

    /// <summary>Where the value goes in the response.</summary>
    public IReadOnlyList<object> Path => path?.ToList(Plan.ResponseName) ?? [.. CurrentPath];

    internal RequestState Request { get; }

    internal IServiceProvider? OwnServices { get; set; }

    internal PlannedField Plan { get; }

    /// <summary>The position of the writer, for fields that are resolved while writing.</summary>
    internal IReadOnlyList<object> CurrentPath { get; init; } = [];

    /// <summary>Reads an argument; the default of <typeparamref name="T"/> when it is absent or null.</summary>
    public T? Argument<T>(string name) => arguments.TryGetValue(name, out var value) && value is not null ? (T)value : default;

    /// <summary>Gets a service of the request.</summary>
    /// <exception cref="InvalidOperationException">It is not registered.</exception>
    public T Service<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Whether the operation asks for a field below this one, at any of the dot-separated steps given.</summary>
    public bool IsSelected(string fieldPath) => Plan.Selects(fieldPath.Split('.'), Request);
}
