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
        if (WriteMethod(value) is not { } write) return null;
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
                Expression.Block(Expression.Call(write, writer, unwrapped), Expression.Constant(true)),
                Expression.Constant(false)));
        return Expression.Lambda<DirectWriter>(body, source, writer).Compile();
    }

    /// <summary>The method below that takes exactly this type; null when there is none.</summary>
    private static MethodInfo? WriteMethod(Type type) =>
        typeof(PropertyAccess).GetMethods(BindingFlags.NonPublic | BindingFlags.Static)
            .FirstOrDefault(m => m.Name == nameof(Write) && m.GetParameters()[1].ParameterType == type);

    private static void Write(ResponseWriter writer, string value) => writer.WriteString(value);

    private static void Write(ResponseWriter writer, int value) => writer.WriteNumber(value);

    private static void Write(ResponseWriter writer, long value) => writer.WriteNumber(value);

    private static void Write(ResponseWriter writer, bool value) => writer.WriteBoolean(value);

    private static void Write(ResponseWriter writer, decimal value) => writer.WriteNumber(value);

    private static void Write(ResponseWriter writer, double value) => writer.WriteNumber(double.IsFinite(value) ? value : throw NotFinite(value));

    private static void Write(ResponseWriter writer, DateOnly value) => writer.WriteString(value, "yyyy-MM-dd");

    private static void Write(ResponseWriter writer, Guid value) => writer.WriteString(value, "D");

    private static GraphQLException NotFinite(double value) =>
        new($"Float cannot represent value: {Types.ScalarText.Of(value)}", ErrorCodes.InvalidResult);
}
