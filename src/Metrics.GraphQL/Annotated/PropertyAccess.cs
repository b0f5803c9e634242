using System.Linq.Expressions;
using System.Reflection;
using Metrics.GraphQL.Execution;

namespace Metrics.GraphQL.Annotated;

/// <summary>Compiled access to properties.</summary>
internal static class PropertyAccess
{
    /// <summary>Reads a property of the source.</summary>
    public static SyncResolver Reader(PropertyInfo property, Type owner)
    {
        var context = Expression.Parameter(typeof(ResolverContext));
        var source = Expression.Convert(Expression.Property(context, nameof(ResolverContext.Source)), owner);
        return Expression.Lambda<SyncResolver>(Expression.Convert(Expression.Property(source, property), typeof(object)), context).Compile();
    }

    /// <summary>
    /// Writes a property without boxing it; null when its C# type has no such way. Only for fields whose type in the schema is
    /// the one that follows from C#.
    /// </summary>
    public static DirectWriter? Writer(PropertyInfo property, Type owner)
    {
        var type = property.PropertyType;
        var value = Nullable.GetUnderlyingType(type) ?? type;
        if (Write(value) is not { } write) return null;
        var source = Expression.Parameter(typeof(object));
        var writer = Expression.Parameter(typeof(ResponseWriter));
        var read = Expression.Property(Expression.Convert(source, owner), property);
        var variable = Expression.Variable(type);
        Expression present = type == value && type.IsValueType
            ? Expression.Constant(true)
            : Expression.NotEqual(variable, Expression.Constant(null, type));
        var unwrapped = type == value ? (Expression)variable : Expression.Property(variable, "Value");
        var body = Expression.Block(
            [variable],
            Expression.Assign(variable, read),
            Expression.Condition(
                present,
                Expression.Block(Expression.Invoke(Expression.Constant(write), writer, unwrapped), Expression.Constant(true)),
                Expression.Constant(false)));
        return Expression.Lambda<DirectWriter>(body, source, writer).Compile();
    }

    private static Delegate? Write(Type type)
    {
        if (type == typeof(string)) return (ResponseWriter w, string v) => w.WriteString(v);
        if (type == typeof(int)) return (ResponseWriter w, int v) => w.WriteNumber(v);
        if (type == typeof(long)) return (ResponseWriter w, long v) => w.WriteNumber(v);
        if (type == typeof(bool)) return (ResponseWriter w, bool v) => w.WriteBoolean(v);
        if (type == typeof(decimal)) return (ResponseWriter w, decimal v) => w.WriteNumber(v);
        if (type == typeof(double)) return (ResponseWriter w, double v) => w.WriteNumber(double.IsFinite(v) ? v : throw NotFinite(v));
        if (type == typeof(DateOnly)) return (ResponseWriter w, DateOnly v) => w.WriteString(v, "yyyy-MM-dd");
        if (type == typeof(Guid)) return (ResponseWriter w, Guid v) => w.WriteString(v, "D");
        return null;
    }

    private static GraphQLException NotFinite(double value) =>
        new($"Float cannot represent value: {Types.ScalarText.Of(value)}", ErrorCodes.InvalidResult);
}
