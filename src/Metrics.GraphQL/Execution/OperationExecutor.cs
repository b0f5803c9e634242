using System.Collections.Concurrent;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Execution;

/// <summary>
/// Executes one operation in two steps. First everything that may wait is resolved, in waves: all resolvers of a wave are
/// started, then the DataLoaders are dispatched, then what has arrived opens the next wave. Then the response is written from
/// the top, resolving on the way all fields that never wait, so rows of plain values are neither boxed nor stored.
/// </summary>
internal sealed class OperationExecutor(OperationPlan plan, RequestState request, ResponseWriter writer)
{
    private readonly Queue<ResolvedObject> ready = new();
    private Arrivals? arrivals;
    private int waiting;

    /// <summary>Writes the value of <c>data</c> and returns the errors of its fields.</summary>
    public async ValueTask<IReadOnlyList<GraphQLError>> ExecuteAsync()
    {
        var output = new DataWriter(request, writer);
        if (plan.IsMutation)
        {
            await ExecuteSeriallyAsync(output);
        }
        else
        {
            var root = new ResolvedObject(plan.Root, request.RootValue, ResponsePath.Root);
            if (plan.Root.Waits) await ResolveAsync(root);
            output.WriteRoot(root);
        }
        return output.Errors;
    }

    private async ValueTask ExecuteSeriallyAsync(DataWriter output)
    {
        var mark = writer.Mark;
        writer.WriteStartObject();
        foreach (var field in plan.Root.Fields)
        {
            var single = new ResolvedObject(plan.Root with { Fields = [field] }, request.RootValue, ResponsePath.Root);
            await ResolveAsync(single);
            if (output.WriteFields(single)) continue;
            writer.Rollback(mark);
            writer.WriteNull();
            return;
        }
        writer.WriteEndObject();
    }

    private async ValueTask ResolveAsync(ResolvedObject root)
    {
        ready.Enqueue(root);
        while (true)
        {
            while (ready.TryDequeue(out var next)) Start(next);
            if (waiting == 0) return;
            var progressed = false;
            while (arrivals!.Queue.TryDequeue(out var item))
            {
                waiting--;
                progressed = true;
                Receive(item.Target, item.Index, item.Task);
            }
            // The order matters: what a fetch has brought is in the queue before the fetch counts as done.
            if (progressed || (!request.Loaders.IsLoading && (!arrivals.Queue.IsEmpty || request.Loaders.Dispatch(arrivals.Signal)))) continue;
            await arrivals.Signal.WaitAsync(request.CancellationToken);
        }
    }

    private void Start(ResolvedObject target)
    {
        request.CancellationToken.ThrowIfCancellationRequested();
        for (var i = 0; i < target.Plan.Fields.Length; i++)
        {
            var field = target.Plan.Fields[i];
            if (!field.Waits && !plan.IsMutation) continue;
            try
            {
                var context = new ResolverContext(request, field, target.Plan.Type, target.Source, field.Arguments(request), target.Path);
                if (field.Definition.Resolver.Async is not { } resolver)
                {
                    target.Values[i] = Prepare(field.Definition.Resolver.Sync!(context), field.Definition.Type, field, target.Path.Append(field.ResponseName));
                    continue;
                }
                var pending = resolver(context);
                if (pending.IsCompletedSuccessfully)
                    target.Values[i] = Prepare(pending.Result, field.Definition.Type, field, target.Path.Append(field.ResponseName));
                else
                    Await(target, i, pending.AsTask());
            }
            catch (Exception e) when (e is not OperationCanceledException || !request.CancellationToken.IsCancellationRequested)
            {
                target.Values[i] = new FieldFailure(e);
            }
        }
    }

    private void Await(ResolvedObject target, int index, Task<object?> task)
    {
        waiting++;
        var to = arrivals ??= new Arrivals();
        _ = task.ContinueWith(
            t =>
            {
                to.Queue.Enqueue((target, index, t));
                to.Signal.Set();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Receive(ResolvedObject target, int index, Task<object?> task)
    {
        var field = target.Plan.Fields[index];
        if (task.IsCompletedSuccessfully)
        {
            try
            {
                target.Values[index] = Prepare(task.Result, field.Definition.Type, field, target.Path.Append(field.ResponseName));
            }
            catch (Exception e)
            {
                target.Values[index] = new FieldFailure(e);
            }
            return;
        }
        request.CancellationToken.ThrowIfCancellationRequested();
        target.Values[index] = new FieldFailure(task.Exception?.InnerException ?? new TaskCanceledException(task));
    }

    /// <summary>Opens objects whose fields wait; leaves everything else for the writer.</summary>
    private object? Prepare(object? value, GraphQLType type, PlannedField field, ResponsePath path)
    {
        if (value is null or Exception || !field.ChildrenWait) return value ?? ResolvedObject.Null;
        if (type.Nullable is ListType list)
        {
            var items = DataWriter.Items(value);
            if (items is null) return value;
            var prepared = new List<object?>();
            foreach (var item in items) prepared.Add(Prepare(item, list.ItemType, field, path.Append(prepared.Count)));
            return prepared;
        }
        var child = new ResolvedObject(field.PlanFor(TypeResolution.Resolve(plan.Schema, value, (CompositeType)type.Nullable)), value, path);
        if (child.Plan.Waits) ready.Enqueue(child);
        return child;
    }
}

/// <summary>Tasks of resolvers that are done, and the signal that one more is.</summary>
internal sealed class Arrivals
{
    public ConcurrentQueue<(ResolvedObject Target, int Index, Task<object?> Task)> Queue { get; } = new();

    public AsyncSignal Signal { get; } = new();
}

/// <summary>An object whose waiting fields have been, or are being, resolved.</summary>
internal sealed class ResolvedObject(SelectionPlan plan, object? source, ResponsePath path)
{
    /// <summary>Stands for a null that a resolver returned; a missing value is still to be resolved.</summary>
    public static object Null { get; } = new();

    public SelectionPlan Plan { get; } = plan;

    public object? Source { get; } = source;

    public ResponsePath Path { get; } = path;

    public object?[] Values { get; } = new object?[plan.Fields.Length];
}

/// <summary>What a resolver threw.</summary>
internal sealed record FieldFailure(Exception Exception);
