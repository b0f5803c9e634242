using System.Collections;
using System.Linq.Expressions;
using Metrics.GraphQL.Data;
using Metrics.GraphQL.DataLoading;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL;

/// <summary>A row and the key of the parent that it belongs to; a row of several parents is there once for each.</summary>
public sealed class Related<TKey, TRow>
{
    public required TKey Key { get; init; }

    public required TRow Row { get; init; }
}

/// <summary>Lists of parents that are themselves in lists.</summary>
public static class Relations
{
    /// <summary>
    /// The page of a parent's rows that <c>where</c>, <c>order</c>, <c>first</c> and <c>after</c> ask for, from one query for all parents of a
    /// wave. Annotate the resolver with <c>[UsePaging(AllowBackwardPagination = false)]</c>,
    /// <c>[UseFiltering]</c> and <c>[UseSorting]</c>.
    /// </summary>
    /// <param name="context">The field.</param>
    /// <param name="page">The page asked for.</param>
    /// <param name="key">The parent's key.</param>
    /// <param name="rows">The rows of these parents, from services of its own; the order of the rows before they were related counts.</param>
    public static async Task<Connection<TRow>> PageAsync<TKey, TRow>(
        this ResolverContext context, PagingArguments page, TKey key, Func<IServiceProvider, IReadOnlyList<TKey>, IQueryable<Related<TKey, TRow>>> rows)
        where TKey : notnull =>
        (await context.Request.Loaders.Get(context.Plan, services => new RelationLoader<TKey, TRow>(services, context, page, rows)).LoadAsync(key))!;
}

/// <summary>Loads one page of rows for each of many parents. The arguments are those of the field and the same for all of them.</summary>
internal sealed class RelationLoader<TKey, TRow>(
    IServiceProvider services, ResolverContext context, PagingArguments page, Func<IServiceProvider, IReadOnlyList<TKey>, IQueryable<Related<TKey, TRow>>> rows)
    : BatchDataLoader<TKey, Connection<TRow>>
    where TKey : notnull
{
    protected override int MaxBatchSize => 50_000;

    protected override async Task<IReadOnlyDictionary<TKey, Connection<TRow>>> LoadBatchAsync(IReadOnlyList<TKey> keys, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var related = rows(scope.ServiceProvider, keys);
        if (context.Arguments.GetValueOrDefault("where") is IReadOnlyDictionary<string, object?> filter)
            related = related.Where(FilterExpressions.Predicate<Related<TKey, TRow>>(filter, Row));
        var (start, size) = (page.After is null ? 0 : Cursor.ToOffset(page.After) + 1, page.First ?? 0);
        var isCounted = context.IsSelected("totalCount");

        // One parent is a plain page. Of several, all rows pass by and only the pages are kept: query providers write "so many of each" as
        // joins over numbered rows, which databases may run once for every parent.
        if (keys is [var only])
        {
            related = related.Where(r => r.Key.Equals(only));
            if (!isCounted) return Pages(keys, await PageReader.ToListAsync(Sorted(related).Skip(start).Take(size + 1), cancellationToken), start, size);
        }

        var passed = keys.ToDictionary(k => k, _ => 0);
        var kept = new List<Related<TKey, TRow>>();
        await foreach (var row in Rows(Sorted(related)).WithCancellation(cancellationToken))
        {
            if (!passed.TryGetValue(row.Key, out var place)) continue;
            passed[row.Key] = place + 1;
            if (place >= start && place <= start + size) kept.Add(row);
        }
        return Pages(keys, kept, start, size, isCounted ? passed : null);
    }

    private static Dictionary<TKey, Connection<TRow>> Pages(
        IReadOnlyList<TKey> keys, List<Related<TKey, TRow>> rows, int start, int size, Dictionary<TKey, int>? totals = null)
    {
        var found = rows.ToLookup(r => r.Key, r => r.Row);
        return keys.ToDictionary(k => k, k => Connection.FromOffset([.. found[k].Take(size)], start, found[k].Skip(size).Any(), totals?[k]));
    }

    private static IAsyncEnumerable<T> Rows<T>(IQueryable<T> query) => query as IAsyncEnumerable<T> ?? query.ToAsyncEnumerable();

    private static Expression Row(Expression related) => Expression.Property(related, nameof(Related<,>.Row));

    private IQueryable<Related<TKey, TRow>> Sorted(IQueryable<Related<TKey, TRow>> related) =>
        SortExpressions.Apply(related, context.Arguments.GetValueOrDefault("order") as IEnumerable, typeof(TRow), Row);
}
