using System.Collections;
using System.Linq.Expressions;
using System.Reflection;
using Metrics.GraphQL.Annotated;

namespace Metrics.GraphQL.Data;

/// <summary>Turns the value of a <c>where</c> argument into a predicate that query providers can translate.</summary>
internal static class FilterExpressions
{
    // Expression trees are walked recursively by compilers and query providers; these keep them small and flat.
    private const int MaxConditions = 500;

    private static readonly MethodInfo Contains = typeof(string).GetMethod(nameof(string.Contains), [typeof(string)])!;
    private static readonly MethodInfo StartsWith = typeof(string).GetMethod(nameof(string.StartsWith), [typeof(string)])!;
    private static readonly MethodInfo EndsWith = typeof(string).GetMethod(nameof(string.EndsWith), [typeof(string)])!;

    /// <exception cref="GraphQLException">The filter has too many conditions, or compares what cannot be compared.</exception>
    public static Expression<Func<T, bool>> Predicate<T>(IReadOnlyDictionary<string, object?> filter) => Predicate<T>(filter, row => row);

    /// <param name="part">What of an item the filter is about.</param>
    /// <inheritdoc cref="Predicate{T}(IReadOnlyDictionary{string, object?})"/>
    public static Expression<Func<T, bool>> Predicate<T>(IReadOnlyDictionary<string, object?> filter, Func<Expression, Expression> part)
    {
        if (Count(filter) > MaxConditions)
        {
            throw new GraphQLException(
                FormattableString.Invariant($"The filter has more than {MaxConditions} conditions. Use \"in\" for many values."), ErrorCodes.Limit);
        }
        var row = Expression.Parameter(typeof(T), "row");
        return Expression.Lambda<Func<T, bool>>(Row(part(row), filter), row);
    }

    private static Expression Row(Expression row, IReadOnlyDictionary<string, object?> filter)
    {
        Expression? all = null;
        foreach (var (name, value) in filter)
        {
            if (value is null) continue;
            var part = name switch
            {
                "and" => Combine(row, (IEnumerable)value, Expression.AndAlso, whenEmpty: true),
                "or" => Combine(row, (IEnumerable)value, Expression.OrElse, whenEmpty: false),
                _ => Member(Expression.Property(row, QueryableMembers.Find(row.Type, name)), (IReadOnlyDictionary<string, object?>)value),
            };
            all = all is null ? part : Expression.AndAlso(all, part);
        }
        return all ?? Expression.Constant(true);
    }

    /// <summary>The conditions and objects of a filter; the values of "in" become one parameter and do not count.</summary>
    private static int Count(object? filter) => filter switch
    {
        IReadOnlyDictionary<string, object?> map => 1 + map.Sum(e => e.Key is "in" or "nin" ? 1 : Count(e.Value)),
        string => 1,
        IEnumerable list => list.Cast<object?>().Take(MaxConditions + 1).Sum(Count),
        _ => 1,
    };

    private static Expression Combine(
        Expression row, IEnumerable filters, Func<Expression, Expression, Expression> combine, bool whenEmpty)
    {
        var parts = filters.Cast<IReadOnlyDictionary<string, object?>>().Select(f => Row(row, f)).ToArray();
        return parts.Length == 0 ? Expression.Constant(whenEmpty) : Balance(parts);

        // Halves of halves, so that the tree is as deep as the logarithm of its size.
        Expression Balance(ReadOnlySpan<Expression> span) =>
            span.Length == 1 ? span[0] : combine(Balance(span[..(span.Length / 2)]), Balance(span[(span.Length / 2)..]));
    }

    private static Expression Member(Expression member, IReadOnlyDictionary<string, object?> operations)
    {
        var item = ItemType(member.Type);
        if (item is not null) return List(member, item, operations);
        if (!IsLeaf(member.Type)) return Expression.AndAlso(Expression.NotEqual(member, Expression.Constant(null, member.Type)), Row(member, operations));
        Expression? all = null;
        foreach (var (name, value) in operations)
        {
            var part = Operation(member, name, value);
            all = all is null ? part : Expression.AndAlso(all, part);
        }
        return all ?? Expression.Constant(true);
    }

    private static Expression Operation(Expression member, string name, object? value)
    {
        var isNegated = name.Length > 1 && name[0] == 'n' && name is not "neq";
        var operation = name == "neq" ? "eq" : isNegated ? name[1..] : name;
        if (operation == "in") return Negate(In(member, (IEnumerable?)value), name == "nin");
        if (value is null && operation != "eq")
            throw new GraphQLException($"\"{name}\" cannot compare with null. Use \"eq\" or \"neq\".", ErrorCodes.BadInput);
        var operand = Operand(value, member.Type);
        var result = operation switch
        {
            "eq" => Expression.Equal(member, operand),
            "gt" => Expression.GreaterThan(member, operand),
            "gte" => Expression.GreaterThanOrEqual(member, operand),
            "lt" => Expression.LessThan(member, operand),
            "lte" => Expression.LessThanOrEqual(member, operand),
            "contains" => Text(member, Contains, operand),
            "startsWith" => Text(member, StartsWith, operand),
            "endsWith" => Text(member, EndsWith, operand),
            _ => throw new GraphQLException($"\"{name}\" is not a filter operation.", ErrorCodes.BadInput),
        };
        return Negate(result, isNegated || name == "neq");
    }

    private static Expression Negate(Expression expression, bool negate) => negate ? Expression.Not(expression) : expression;

    private static Expression Text(Expression member, MethodInfo method, Expression operand) =>
        Expression.AndAlso(Expression.NotEqual(member, Expression.Constant(null, typeof(string))), Expression.Call(member, method, operand));

    private static Expression In(Expression member, IEnumerable? values)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(member.Type))!;
        foreach (var value in values ?? Array.Empty<object>()) list.Add(Convert(value, member.Type));
        return Expression.Call(typeof(Enumerable), nameof(Enumerable.Contains), [member.Type], Captured(list, typeof(IEnumerable<>).MakeGenericType(member.Type)), member);
    }

    private static Expression List(Expression member, Type item, IReadOnlyDictionary<string, object?> operations)
    {
        Expression? all = null;
        foreach (var (name, value) in operations)
        {
            if (value is null) continue;
            Expression part;
            if (name == "any")
            {
                part = Negate(Expression.Call(typeof(Enumerable), nameof(Enumerable.Any), [item], member), value is false);
            }
            else
            {
                var row = Expression.Parameter(item, "item");
                var filter = (IReadOnlyDictionary<string, object?>)value;
                var predicate = Expression.Lambda(IsLeaf(item) ? Member(row, filter) : Row(row, filter), row);
                part = Expression.Call(typeof(Enumerable), name == "all" ? nameof(Enumerable.All) : nameof(Enumerable.Any), [item], member, predicate);
                part = Negate(part, name == "none");
            }
            all = all is null ? part : Expression.AndAlso(all, part);
        }
        return all ?? Expression.Constant(true);
    }

    private static Expression Operand(object? value, Type type) => Captured(Convert(value, type), type);

    /// <summary>A field of an object, as a compiler captures a variable: providers then send a parameter, not a literal.</summary>
    private static MemberExpression Captured(object? value, Type type)
    {
        var holder = typeof(Holder<>).MakeGenericType(type);
        return Expression.Property(Expression.Constant(Activator.CreateInstance(holder, value)), nameof(Holder<>.Value));
    }

    private static object? Convert(object? value, Type type) =>
        InputConverter.For(ClrType.NotNull(Nullable.GetUnderlyingType(type) ?? type))(value);

    private static bool IsLeaf(Type type) => type.IsValueType || type == typeof(string) || type == typeof(Uri);

    private static Type? ItemType(Type type) => type == typeof(string)
        ? null
        : type.GetInterfaces().Append(type).FirstOrDefault(t => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

    private sealed class Holder<T>(T value)
    {
        public T Value { get; } = value;
    }
}
