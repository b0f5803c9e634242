using System.Collections.Concurrent;
using System.Reflection;

namespace Metrics.GraphQL.Annotated;

/// <summary>Awaits tasks whose type is known only at run time.</summary>
internal static class Awaiting
{
    private static readonly ConcurrentDictionary<Type, Func<object, ValueTask<object?>>> Cache = new();

    /// <summary>The result of a Task&lt;T&gt; or ValueTask&lt;T&gt;; anything else is its own result.</summary>
    public static ValueTask<object?> Of(object? value) => value is null ? default : For(value.GetType())(value);

    private static Func<object, ValueTask<object?>> For(Type type) => Cache.GetOrAdd(type, static t =>
    {
        // A task may be of a class derived from Task<T>, as those of async methods are.
        var task = t;
        while (task is not null && ClrType.Unwrap(task) is null) task = task.BaseType;
        if (task is null) return value => new ValueTask<object?>(value);
        var name = task.IsValueType ? nameof(AwaitValueTask) : nameof(AwaitTask);
        return typeof(Awaiting).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(task.GetGenericArguments()[0])
            .CreateDelegate<Func<object, ValueTask<object?>>>();
    });

    private static async ValueTask<object?> AwaitTask<T>(object task) => await (Task<T>)task;

    private static async ValueTask<object?> AwaitValueTask<T>(object task) => await (ValueTask<T>)task;
}
