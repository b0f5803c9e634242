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
    /// The page of a parent's rows that <c>where</c>, <c>order</c>, <c>first</c> and <c>after</c> ask for. All parents of a wave share one
    /// query, and one more for <c>totalCount</c>; annotate the resolver with <c>[UsePaging(AllowBackwardPagination = false)]</c>,
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
        var sorted = Sorted(related);
        var pages = related.Select(r => r.Key).Distinct().SelectMany(k => sorted.Where(r => r.Key.Equals(k)).Skip(start).Take(size + 1));
        var found = (await PageReader.ToListAsync(Sorted(pages), cancellationToken)).ToLookup(r => r.Key, r => r.Row);
        var totals = context.IsSelected("totalCount")
            ? (await PageReader.ToListAsync(related.GroupBy(r => r.Key).Select(g => new Related<TKey, int> { Key = g.Key, Row = g.Count() }), cancellationToken))
                .ToDictionary(t => t.Key, t => t.Row)
            : null;
        return keys.ToDictionary(k => k, k => Connection.FromOffset(
            [.. found[k].Take(size)], start, found[k].Skip(size).Any(), totals is null ? null : totals.GetValueOrDefault(k)));
    }

    private static Expression Row(Expression related) => Expression.Property(related, nameof(Related<,>.Row));

    private IQueryable<Related<TKey, TRow>> Sorted(IQueryable<Related<TKey, TRow>> related) =>
        SortExpressions.Apply(related, context.Arguments.GetValueOrDefault("order") as IEnumerable, typeof(TRow), Row);
}
