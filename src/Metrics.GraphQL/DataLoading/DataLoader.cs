namespace Metrics.GraphQL.DataLoading;

/// <summary>
/// Loads values by key for one request. Keys asked for in the same wave of resolvers are fetched together, and each key at
/// most once. Thread safe.
/// </summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
public interface IDataLoader<TKey, TValue>
    where TKey : notnull
{
    /// <summary>Loads one value; the default of <typeparamref name="TValue"/> when there is none for the key.</summary>
    Task<TValue?> LoadAsync(TKey key, CancellationToken cancellationToken = default);
}

/// <summary>What the executor needs of a DataLoader.</summary>
public abstract class DataLoader
{
    internal DataLoaderScope? Scope { get; set; }

    /// <summary>Starts fetching the keys collected so far; false when there are none. Failures go to whoever asked for the keys.</summary>
    internal abstract bool Dispatch(CancellationToken cancellationToken);
}

/// <summary>A DataLoader to derive from: fetch many keys, get a dictionary.</summary>
/// <remarks>Ask for it as a parameter of a resolver; one instance is made per request, its constructor filled from the request's services.</remarks>
public abstract class BatchDataLoader<TKey, TValue> : DataLoader, IDataLoader<TKey, TValue>
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, Value> known = [];
    private List<TKey> pending = [];
    private Task running = Task.CompletedTask;

    /// <summary>How many keys to fetch at once; default 1,000.</summary>
    protected virtual int MaxBatchSize => 1000;

    public Task<TValue?> LoadAsync(TKey key, CancellationToken cancellationToken = default)
    {
        Task<TValue?> result;
        lock (gate)
        {
            if (!known.TryGetValue(key, out var value))
            {
                known[key] = value = new Value();
                pending.Add(key);
            }
            result = value.Ask();
        }
        Scope?.Added();
        return cancellationToken.CanBeCanceled ? result.WaitAsync(cancellationToken) : result;
    }

    /// <summary>Loads several values, in the order of the keys.</summary>
    public Task<TValue?[]> LoadAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken = default) =>
        Task.WhenAll(keys.Select(k => LoadAsync(k, cancellationToken)));

    /// <summary>Fetches the values of distinct keys; keys without a value are left out of the result.</summary>
    protected abstract Task<IReadOnlyDictionary<TKey, TValue>> LoadBatchAsync(IReadOnlyList<TKey> keys, CancellationToken cancellationToken);

    internal override bool Dispatch(CancellationToken cancellationToken)
    {
        List<TKey> keys;
        lock (gate)
        {
            if (pending.Count == 0) return false;
            (keys, pending) = (pending, []);
        }
        // One batch at a time: a loader may hold a database connection, which cannot be shared.
        foreach (var chunk in keys.Chunk(MaxBatchSize)) running = RunAsync(running, chunk, cancellationToken);
        return true;
    }

    private async Task RunAsync(Task previous, IReadOnlyList<TKey> keys, CancellationToken cancellationToken)
    {
        using var load = Scope?.Load();
        await previous;
        IReadOnlyDictionary<TKey, TValue> values;
        try
        {
            values = await LoadBatchAsync(keys, cancellationToken);
        }
        catch (Exception e)
        {
            Complete(keys, _ => Task.FromException<TValue?>(e));
            return;
        }
        Complete(keys, key => Task.FromResult(values.GetValueOrDefault(key)));
    }

    private void Complete(IReadOnlyList<TKey> keys, Func<TKey, Task<TValue?>> result)
    {
        var told = new List<(TaskCompletionSource<TValue?> Source, Task<TValue?> Result)>(keys.Count);
        lock (gate)
        {
            foreach (var key in keys)
            {
                var task = result(key);
                told.AddRange(known[key].Answer(task).Select(source => (source, task)));
            }
        }
        // Resolvers go on inside SetFromTask and may ask for more keys; those are held back until all of this batch have run.
        using (Scope?.Hold())
        {
            foreach (var (source, task) in told) source.SetFromTask(task);
        }
    }

    /// <summary>
    /// What is known of a key. Everybody who asks has a task of their own: of several who await the same one, all but one would go on later
    /// on other threads, and might miss the batch in which they should ask for more.
    /// </summary>
    private sealed class Value
    {
        private readonly List<TaskCompletionSource<TValue?>> waiting = [];
        private Task<TValue?>? known;

        public Task<TValue?> Ask()
        {
            if (known is not null) return known;
            var source = new TaskCompletionSource<TValue?>();
            waiting.Add(source);
            return source.Task;
        }

        public IReadOnlyList<TaskCompletionSource<TValue?>> Answer(Task<TValue?> value)
        {
            known = value;
            return waiting;
        }
    }
}

/// <summary>A DataLoader to derive from: fetch many keys, get the values of each; a key without values has an empty list.</summary>
public abstract class GroupedDataLoader<TKey, TValue> : BatchDataLoader<TKey, IReadOnlyList<TValue>>
    where TKey : notnull
{
    /// <summary>Fetches the values of distinct keys.</summary>
    protected abstract Task<ILookup<TKey, TValue>> LoadGroupedBatchAsync(IReadOnlyList<TKey> keys, CancellationToken cancellationToken);

    protected sealed override async Task<IReadOnlyDictionary<TKey, IReadOnlyList<TValue>>> LoadBatchAsync(
        IReadOnlyList<TKey> keys, CancellationToken cancellationToken)
    {
        var groups = await LoadGroupedBatchAsync(keys, cancellationToken);
        return keys.ToDictionary(k => k, k => (IReadOnlyList<TValue>)[.. groups[k]]);
    }
}

/// <summary>A DataLoader made of a function.</summary>
internal sealed class FunctionDataLoader<TKey, TValue>(
    Func<IReadOnlyList<TKey>, CancellationToken, Task<IReadOnlyDictionary<TKey, TValue>>> load) : BatchDataLoader<TKey, TValue>
    where TKey : notnull
{
    // The function's author knows how many keys it can take; one batch a wave is what it is there for.
    protected override int MaxBatchSize => 50_000;

    protected override Task<IReadOnlyDictionary<TKey, TValue>> LoadBatchAsync(IReadOnlyList<TKey> keys, CancellationToken cancellationToken) =>
        load(keys, cancellationToken);
}
