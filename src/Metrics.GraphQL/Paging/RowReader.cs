namespace Metrics.GraphQL;

/// <summary>
/// Rows that are made one after another. Return it from a resolver with <see cref="UsePagingAttribute"/>: a page makes no more rows than it
/// has. Return the same one for the next page of the same request, as an export does, and it goes on where the last ended; what lies
/// far behind is let go, so that any number of pages takes the memory of two. Sorting, filtering and counting need them all. Thread-safe.
/// </summary>
/// <typeparam name="T">The row.</typeparam>
/// <param name="rows">The rows; enumerated anew if a page is asked for that has been let go.</param>
public sealed class RowReader<T>(IAsyncEnumerable<T> rows) : IAsyncEnumerable<T>, IAsyncDisposable
{
    /// <summary>So many rows stay in reach behind the page that is read.</summary>
    private const int Reach = 5_000;

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly List<T> kept = [];
    private IAsyncEnumerator<T>? source;
    private CancellationTokenSource? stopping;
    private int first;
    private bool isEnded;

    /// <summary>Rows of a page, fewer than asked for at the end.</summary>
    internal async Task<IReadOnlyList<T>> ReadAsync(int start, int count, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (start < first) await CloseAsync();
            if (start - first >= Reach)
            {
                var passed = Math.Min(start - first, kept.Count);
                kept.RemoveRange(0, passed);
                first += passed;
            }
            await FillAsync(start, (long)start + count, cancellationToken);
            return kept.GetRange(Math.Min(start - first, kept.Count), Math.Clamp(first + kept.Count - start, 0, count));
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>All of them, from then on in memory.</summary>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        foreach (var row in await ReadAsync(0, int.MaxValue, cancellationToken)) yield return row;
    }

    /// <summary>Ends the enumeration, wherever it is.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        turn.Dispose();
    }

    private async Task FillAsync(int start, long end, CancellationToken cancellationToken)
    {
        if (isEnded || first + kept.Count >= end) return;
        // The rows outlive the page that they were begun for, and its token.
        stopping ??= new CancellationTokenSource();
        source ??= rows.GetAsyncEnumerator(stopping.Token);
        await using var stop = cancellationToken.Register(stopping.Cancel);
        try
        {
            while (first + kept.Count < end)
            {
                if (!await source.MoveNextAsync())
                {
                    isEnded = true;
                    await EndAsync();
                    return;
                }
                if (first + kept.Count < start - Reach) first++;
                else kept.Add(source.Current);
            }
        }
        catch
        {
            await CloseAsync();
            throw;
        }
    }

    private async ValueTask CloseAsync()
    {
        await EndAsync();
        kept.Clear();
        first = 0;
        isEnded = false;
    }

    private async ValueTask EndAsync()
    {
        if (source is not null) await source.DisposeAsync();
        source = null;
        stopping?.Dispose();
        stopping = null;
    }
}
