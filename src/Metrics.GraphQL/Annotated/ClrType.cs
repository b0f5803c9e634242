using System.Reflection;

namespace Metrics.GraphQL.Annotated;

/// <summary>A C# type with what the compiler knows about null, at every level.</summary>
internal sealed record ClrType(Type Type, bool IsNullable, ClrType? Item)
{
    // The context caches and is not thread safe; schemas are built on one thread.
    [ThreadStatic]
    private static NullabilityInfoContext? context;

    private static NullabilityInfoContext Context => context ??= new NullabilityInfoContext();

    public bool IsList => Item is not null;

    public static ClrType Of(PropertyInfo property) => Of(property.PropertyType, Context.Create(property), input: false);

    /// <summary>The result of a method, without <see cref="Task{TResult}"/> around it.</summary>
    public static ClrType OfResult(MethodInfo method) => Of(method.ReturnType, Context.Create(method.ReturnParameter), input: false);

    public static ClrType Of(ParameterInfo parameter) => Of(parameter.ParameterType, Context.Create(parameter), input: true);

    public static ClrType NotNull(Type type) => new(type, false, null);

    private static ClrType Of(Type type, NullabilityInfo info, bool input)
    {
        if (Unwrap(type) is { } inner) return Of(inner, info.GenericTypeArguments[0], input);
        if (Nullable.GetUnderlyingType(type) is { } value) return new ClrType(value, true, null);
        var state = input ? info.WriteState : info.ReadState;
        var nullable = !type.IsValueType && state == NullabilityState.Nullable;
        if (type.IsArray && type != typeof(byte[])) return new ClrType(type, nullable, Of(type.GetElementType()!, info.ElementType!, input));
        if (ItemType(type) is { } item)
        {
            var itemInfo = info.GenericTypeArguments is [var argument] ? argument : null;
            return new ClrType(type, nullable, itemInfo is null ? NotNull(item) : Of(item, itemInfo, input));
        }
        return new ClrType(type, nullable, null);
    }

    /// <summary>The T of Task&lt;T&gt; and ValueTask&lt;T&gt;.</summary>
    public static Type? Unwrap(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? type.GetGenericArguments()[0]
            : null;

    /// <summary>The item of a list type; null for dictionaries, strings and everything else.</summary>
    private static Type? ItemType(Type type)
    {
        if (type == typeof(string) || type == typeof(byte[])) return null;
        var faces = type.GetInterfaces().Append(type).Where(t => t.IsGenericType).ToList();
        if (faces.Exists(t => t.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) || t.GetGenericTypeDefinition() == typeof(IDictionary<,>))) return null;
        return faces.Find(t => t.GetGenericTypeDefinition() == typeof(IEnumerable<>) || t.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>))
            ?.GetGenericArguments()[0];
    }
}
