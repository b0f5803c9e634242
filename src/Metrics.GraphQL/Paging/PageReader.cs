using Metrics.GraphQL.Execution;

namespace Metrics.GraphQL.Paging;

/// <summary>Reads one page of any queryable by offset, asynchronously where its provider can.</summary>
internal static class PageReader
{
    public static async Task<Connection<T>> ReadAsync<T>(IQueryable<T> query, ResolverContext context, int defaultSize, int maxSize)
    {
        var paging = Arguments(context, defaultSize, maxSize);
        var total = context.IsSelected("totalCount") || (paging.Last is not null && paging.Before is null)
            ? await CountAsync(query, context.CancellationToken)
            : (int?)null;
        var start = paging.After is null ? 0 : Cursor.ToOffset(paging.After) + 1;
        var end = paging.Before is null ? total : Cursor.ToOffset(paging.Before);
        if (paging.First is { } first && (end is null || (long)start + first < end)) end = (int)Math.Min((long)start + first, int.MaxValue - 1);
        if (paging.Last is { } last && end is { } known && (long)known - last > start) start = known - last;
        var size = Math.Max(0, (end ?? start) - start);

        var rows = await ToListAsync(query.Skip(start).Take(size + 1), context.CancellationToken);
        var hasNext = rows.Count > size;
        if (hasNext) rows.RemoveRange(size, rows.Count - size);
        return Connection.FromOffset(rows, start, hasNext, total);
    }

    /// <summary>Reads one page from the start of the rest.</summary>
    public static async Task<Connection<T>> ReadAsync<T>(RowReader<T> rows, ResolverContext context, int defaultSize, int maxSize)
    {
        var paging = Arguments(context, defaultSize, maxSize);
        var (start, size) = (paging.After is null ? 0 : Cursor.ToOffset(paging.After) + 1, paging.First ?? 0);
        var read = await rows.ReadAsync(start, size + 1, context.CancellationToken);
        return Connection.FromOffset([.. read.Take(size)], start, read.Count > size);
    }

    /// <summary>The page that a caller asks for, with the default size when none is given.</summary>
    /// <exception cref="GraphQLException">It is negative or larger than allowed.</exception>
    public static PagingArguments Arguments(ResolverContext context, int defaultSize, int maxSize)
    {
        var paging = new PagingArguments(
            Number(context, "first"), context.Argument<string>("after"), Number(context, "last"), context.Argument<string>("before"));
        Check(paging.First, "first", maxSize);
        Check(paging.Last, "last", maxSize);
        return paging is { First: null, Last: null } ? paging with { First = Math.Min(defaultSize, maxSize) } : paging;
    }

    public static async Task<List<T>> ToListAsync<T>(IQueryable<T> query, CancellationToken cancellationToken)
    {
        if (query is not IAsyncEnumerable<T> rows) return [.. query];
        var list = new List<T>();
        await foreach (var row in rows.WithCancellation(cancellationToken)) list.Add(row);
        return list;
    }

    /// <summary>Counts with a query that yields one row, since only enumeration is asynchronous on every provider.</summary>
    private static async Task<int> CountAsync<T>(IQueryable<T> query, CancellationToken cancellationToken)
    {
        if (query is not IAsyncEnumerable<T>) return query.Count();
        var counts = await ToListAsync(query.GroupBy(_ => 1).Select(g => g.Count()), cancellationToken);
        return counts.Count == 0 ? 0 : counts[0];
    }

    private static int? Number(ResolverContext context, string name) =>
        context.Arguments.TryGetValue(name, out var value) && value is int number ? number : null;

    private static void Check(int? size, string argument, int maxSize)
    {
        if (size is < 0 || size > maxSize)
        {
            throw new GraphQLException(
                FormattableString.Invariant($"\"{argument}\" is {size}, but must be from 0 to {maxSize}. Ask for the next page with \"after\"."), ErrorCodes.BadInput);
        }
    }
}
