using System.Collections;
using System.Linq.Expressions;

namespace Metrics.GraphQL.Data;

/// <summary>Applies the value of an <c>order</c> argument.</summary>
internal static class SortExpressions
{
    private const int MaxKeys = 20;

    /// <summary>Sorts as asked; rows that are then equal stay in the order that the query had, so that pages neither repeat nor miss any.</summary>
    /// <exception cref="GraphQLException">There are too many keys.</exception>
    public static IQueryable<T> Apply<T>(IQueryable<T> query, IEnumerable order) => Apply(query, order, typeof(T), row => row);

    /// <param name="order">Null or empty for the order that the query had.</param>
    /// <param name="row">The type of the rows.</param>
    /// <param name="part">The row within an item of the query.</param>
    /// <inheritdoc cref="Apply{T}(IQueryable{T}, IEnumerable)"/>
    public static IQueryable<T> Apply<T>(IQueryable<T> query, IEnumerable? order, Type row, Func<Expression, Expression> part)
    {
        var asked = order is null ? [] : Asked(order).Take(MaxKeys + 1).ToList();
        if (asked.Count > MaxKeys) throw new GraphQLException(FormattableString.Invariant($"\"order\" has more than {MaxKeys} keys."), ErrorCodes.Limit);
        if (asked.Count == 0 && row == typeof(T)) return query;
        var isFirst = true;
        foreach (var (key, isDescending) in asked.Concat(Given(query.Expression, row)))
        {
            var item = Expression.Parameter(typeof(T), "row");
            var value = key(part(item));
            var method = (isFirst ? "OrderBy" : "ThenBy") + (isDescending ? "Descending" : "");
            var call = Expression.Call(typeof(Queryable), method, [typeof(T), value.Type], query.Expression, Expression.Quote(Expression.Lambda(value, item)));
            query = query.Provider.CreateQuery<T>(call);
            isFirst = false;
        }
        return query;
    }

    private static IEnumerable<(Func<Expression, Expression> Key, bool IsDescending)> Asked(IEnumerable order) =>
        from entry in order.Cast<IReadOnlyDictionary<string, object?>>()
        from key in Keys(entry, [])
        select ((Func<Expression, Expression>)(row => key.Path.Aggregate(row, (e, name) => Expression.Property(e, QueryableMembers.Find(e.Type, name)))), key.IsDescending);

    /// <summary>The keys by which a query sorts its rows already.</summary>
    private static List<(Func<Expression, Expression> Key, bool IsDescending)> Given(Expression query, Type row)
    {
        var keys = new List<(Func<Expression, Expression>, bool)>();
        while (query is MethodCallExpression { Arguments: [var source, ..] } call)
        {
            var name = call.Method.Name;
            var isFirst = name.StartsWith("OrderBy", StringComparison.Ordinal);
            if ((isFirst || name.StartsWith("ThenBy", StringComparison.Ordinal)) && call.Arguments[1] is UnaryExpression { Operand: LambdaExpression key } && key.Parameters[0].Type == row)
                keys.Insert(0, (e => new Replacement(key.Parameters[0], e).Visit(key.Body), name.EndsWith("Descending", StringComparison.Ordinal)));
            if (isFirst) break;
            query = source;
        }
        return keys;
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

    private sealed class Replacement(ParameterExpression from, Expression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
