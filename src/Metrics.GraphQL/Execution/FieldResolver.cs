namespace Metrics.GraphQL.Execution;

/// <summary>Reads a field's value at once.</summary>
public delegate object? SyncResolver(ResolverContext context);

/// <summary>Reads a field's value, perhaps later.</summary>
public delegate ValueTask<object?> AsyncResolver(ResolverContext context);

/// <summary>Writes a leaf field without boxing it; false when the value is null and nothing was written.</summary>
internal delegate bool DirectWriter(object source, ResponseWriter writer);

/// <summary>How a field gets its value.</summary>
public sealed class FieldResolver
{
    private FieldResolver() { }

    internal SyncResolver? Sync { get; private init; }

    internal AsyncResolver? Async { get; private init; }

    internal DirectWriter? Direct { get; private init; }

    internal bool IsAsync => Async is not null;

    internal static FieldResolver Null { get; } = From(_ => null);

    /// <summary>
    /// A resolver that never waits. It may run while the response is written, so it should do no more than read memory.
    /// </summary>
    public static FieldResolver From(SyncResolver resolver) => new() { Sync = resolver };

    /// <summary>A resolver that may wait; those of one level run side by side.</summary>
    public static FieldResolver FromAsync(AsyncResolver resolver) => new() { Async = resolver };

    internal static FieldResolver From(SyncResolver resolver, DirectWriter? direct) => new() { Sync = resolver, Direct = direct };
}
