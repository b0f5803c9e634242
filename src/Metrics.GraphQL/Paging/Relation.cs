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

    /// <summary>
    /// As <see cref="PageAsync{TKey, TRow}(ResolverContext, PagingArguments, TKey, Func{IServiceProvider, IReadOnlyList{TKey}, IQueryable{Related{TKey, TRow}}})"/>,
    /// for rows of which there are very many and that an index has by parent, in their order: of each parent the database reads no more than the page.
    /// </summary>
    /// <param name="context">The field.</param>
    /// <param name="page">The page asked for.</param>
    /// <param name="key">The parent's key.</param>
    /// <param name="rows">These keys as a query, and the rows of one of them. Beside the equality that relates them let there be a condition on the key alone,
    /// such as <c>id != ""</c>: what is related by equalities and nothing else, EF Core writes as a join over all rows, numbered.</param>
    public static async Task<Connection<TRow>> PageEachAsync<TKey, TRow>(
        this ResolverContext context, PagingArguments page, TKey key,
        Func<IServiceProvider, IReadOnlyList<TKey>, (IQueryable<TKey> Keys, Expression<Func<TKey, IQueryable<TRow>>> Rows)> rows)
        where TKey : notnull =>
        (await context.Request.Loaders.Get(context.Plan, services => new EachLoader<TKey, TRow>(services, context, page, rows)).LoadAsync(key))!;
}

/// <summary>Loads one page of rows for each of many parents, each page by itself, all with one query.</summary>
internal sealed class EachLoader<TKey, TRow>(
    IServiceProvider services, ResolverContext context, PagingArguments page,
    Func<IServiceProvider, IReadOnlyList<TKey>, (IQueryable<TKey> Keys, Expression<Func<TKey, IQueryable<TRow>>> Rows)> rows) : BatchDataLoader<TKey, Connection<TRow>>
    where TKey : notnull
{
    protected override int MaxBatchSize => 50_000;

    protected override async Task<IReadOnlyDictionary<TKey, Connection<TRow>>> LoadBatchAsync(IReadOnlyList<TKey> keys, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var (parents, each) = rows(scope.ServiceProvider, keys);
        var (start, size) = (page.After is null ? 0 : Cursor.ToOffset(page.After) + 1, page.First ?? 0);
        var of = parents.Provider.CreateQuery<TRow>(new Opened().Visit(each.Body));
        if (context.Arguments.GetValueOrDefault("where") is IReadOnlyDictionary<string, object?> filter) of = of.Where(FilterExpressions.Predicate<TRow>(filter));
        var sorted = SortExpressions.Apply(of, context.Arguments.GetValueOrDefault("order") as IEnumerable, typeof(TRow), row => row);
        var related = parents.SelectMany(
            Expression.Lambda<Func<TKey, IEnumerable<TRow>>>(sorted.Skip(start).Take(size + 1).Expression, each.Parameters),
            (key, row) => new Related<TKey, TRow> { Key = key, Row = row });
        var found = (await PageReader.ToListAsync(related, cancellationToken)).ToLookup(r => r.Key, r => r.Row);
        var totals = context.IsSelected("totalCount") ? await CountAsync(parents, each, of, cancellationToken) : null;
        return keys.ToDictionary(k => k, k => Connection.FromOffset([.. found[k].Take(size)], start, found[k].Skip(size).Any(), totals?.GetValueOrDefault(k)));
    }

    /// <summary>Queries that the lambda captures, in its place, so that the order of their rows is seen.</summary>
    private sealed class Opened : ExpressionVisitor
    {
        protected override Expression VisitMember(MemberExpression node) => typeof(IQueryable).IsAssignableFrom(node.Type)
            ? Expression.Lambda<Func<IQueryable>>(node).Compile(preferInterpretation: true)().Expression
            : base.VisitMember(node);
    }

    private static async Task<Dictionary<TKey, int>> CountAsync(
        IQueryable<TKey> parents, Expression<Func<TKey, IQueryable<TRow>>> each, IQueryable<TRow> of, CancellationToken cancellationToken)
    {
        var count = Expression.Call(typeof(Queryable), nameof(Queryable.Count), [typeof(TRow)], of.Expression);
        var counted = Expression.MemberInit(
            Expression.New(typeof(Related<TKey, int>)),
            Expression.Bind(typeof(Related<TKey, int>).GetProperty(nameof(Related<,>.Key))!, each.Parameters[0]),
            Expression.Bind(typeof(Related<TKey, int>).GetProperty(nameof(Related<,>.Row))!, count));
        var totals = await PageReader.ToListAsync(parents.Select(Expression.Lambda<Func<TKey, Related<TKey, int>>>(counted, each.Parameters)), cancellationToken);
        return totals.ToDictionary(t => t.Key, t => t.Row);
    }
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
