using System.Collections.Concurrent;
using Metrics.GraphQL.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL.DataLoading;

/// <summary>The DataLoaders of one request.</summary>
internal sealed class DataLoaderScope(IServiceProvider services, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<object, Lazy<DataLoader>> loaders = new();
    private readonly ConcurrentBag<AsyncServiceScope> scopes = [];
    private AsyncSignal? signal;
    private int held;
    private int loading;

    /// <summary>The loader of a kind, made on first use, with services of its own: it may run beside resolvers and other loaders.</summary>
    public T Get<T>(object kind, Func<IServiceProvider, T> create)
        where T : DataLoader => (T)loaders.GetOrAdd(kind, _ => new Lazy<DataLoader>(() =>
        {
            var scope = services.CreateAsyncScope();
            scopes.Add(scope);
            var loader = create(scope.ServiceProvider);
            loader.Scope = this;
            return loader;
        })).Value;

    /// <summary>
    /// Whether fetches of a wave are still under way, or their results being handed out. Until they are done nothing is dispatched: what they
    /// bring may ask for the same loaders, and how often a loader runs must not depend on which fetch was faster.
    /// </summary>
    public bool IsLoading => Volatile.Read(ref held) > 0 || Volatile.Read(ref loading) > 0;

    /// <summary>Starts fetching all keys collected so far; false when there are none.</summary>
    /// <param name="wake">Set whenever keys are added later, and when a wave's fetches are done.</param>
    public bool Dispatch(AsyncSignal wake)
    {
        signal = wake;
        var dispatched = false;
        foreach (var loader in loaders.Values) dispatched |= loader.Value.Dispatch(cancellationToken);
        return dispatched;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var scope in scopes) await scope.DisposeAsync();
    }

    internal void Added()
    {
        if (Volatile.Read(ref held) == 0) signal?.Set();
    }

    internal IDisposable Hold()
    {
        Interlocked.Increment(ref held);
        return new Ending(() =>
        {
            if (Interlocked.Decrement(ref held) == 0) signal?.Set();
        });
    }

    /// <summary>A fetch is under way until this is disposed of.</summary>
    internal IDisposable Load()
    {
        Interlocked.Increment(ref loading);
        return new Ending(() =>
        {
            if (Interlocked.Decrement(ref loading) == 0) signal?.Set();
        });
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
