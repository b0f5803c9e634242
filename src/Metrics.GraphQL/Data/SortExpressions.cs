using System.Collections;
using System.Linq.Expressions;

namespace Metrics.GraphQL.Data;

/// <summary>Applies the value of an <c>order</c> argument.</summary>
internal static class SortExpressions
{
    private const int MaxKeys = 20;

    /// <exception cref="GraphQLException">There are too many keys.</exception>
    public static IQueryable<T> Apply<T>(IQueryable<T> query, IEnumerable order)
    {
        var isFirst = true;
        var keys = 0;
        foreach (var entry in order.Cast<IReadOnlyDictionary<string, object?>>())
        {
            foreach (var (path, isDescending) in Keys(entry, []))
            {
                if (++keys > MaxKeys)
                    throw new GraphQLException(FormattableString.Invariant($"\"order\" has more than {MaxKeys} keys."), ErrorCodes.Limit);
                var row = Expression.Parameter(typeof(T), "row");
                var key = path.Aggregate((Expression)row, (e, name) => Expression.Property(e, QueryableMembers.Find(e.Type, name)));
                var method = (isFirst ? "OrderBy" : "ThenBy") + (isDescending ? "Descending" : "");
                var call = Expression.Call(typeof(Queryable), method, [typeof(T), key.Type], query.Expression, Expression.Quote(Expression.Lambda(key, row)));
                query = query.Provider.CreateQuery<T>(call);
                isFirst = false;
            }
        }
        return query;
    }

    private static IEnumerable<(IReadOnlyList<string> Path, bool IsDescending)> Keys(IReadOnlyDictionary<string, object?> entry, IReadOnlyList<string> prefix)
    {
        foreach (var (name, value) in entry)
        {
            IReadOnlyList<string> path = [.. prefix, name];
            if (value is IReadOnlyDictionary<string, object?> inner)
            {
                foreach (var key in Keys(inner, path)) yield return key;
            }
            else if (value is string direction)
            {
                yield return (path, direction == "DESC");
            }
        }
    }
}
