namespace Metrics.GraphQL.Execution;

/// <summary>Wakes one waiter; a signal that nobody awaits yet is remembered.</summary>
internal sealed class AsyncSignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource? waiter;
    private bool isSet;

    public void Set()
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            isSet = waiter is null;
            (waiting, waiter) = (waiter, null);
        }
        waiting?.TrySetResult();
    }

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (isSet)
            {
                isSet = false;
                return Task.CompletedTask;
            }
            waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiter.Task.WaitAsync(cancellationToken);
        }
    }
}
