using System.Reflection;
using Metrics.GraphQL.DataLoading;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL.Annotated;

/// <summary>Makes DataLoaders of static methods.</summary>
internal static class LoaderMethod
{
    /// <summary>A factory of loaders of the type asked for; null when the method does not fit it.</summary>
    public static Func<IServiceProvider, DataLoader>? Compile(MethodInfo method, Type loaderType)
    {
        var arguments = loaderType.GetGenericArguments();
        var maker = typeof(LoaderMethod).GetMethod(nameof(Make), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(arguments);
        var result = ClrType.Unwrap(method.ReturnType);
        var expected = typeof(IReadOnlyDictionary<,>).MakeGenericType(arguments);
        var keys = typeof(IReadOnlyList<>).MakeGenericType(arguments[0]);
        if (result is null || !expected.IsAssignableFrom(result) || method.GetParameters().All(p => p.ParameterType != keys)) return null;
        return (Func<IServiceProvider, DataLoader>)maker.Invoke(null, [method])!;
    }

    private static Func<IServiceProvider, DataLoader> Make<TKey, TValue>(MethodInfo method)
        where TKey : notnull
    {
        var parameters = method.GetParameters();
        return services => new FunctionDataLoader<TKey, TValue>(async (keys, cancellationToken) =>
        {
            await using var scope = services.CreateAsyncScope();
            var values = new object?[parameters.Length];
            for (var i = 0; i < values.Length; i++)
            {
                var type = parameters[i].ParameterType;
                values[i] = type == typeof(IReadOnlyList<TKey>) ? keys
                    : type == typeof(CancellationToken) ? cancellationToken
                    : scope.ServiceProvider.GetRequiredService(type);
            }
            var result = method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, values, null)!;
            return (IReadOnlyDictionary<TKey, TValue>)(await Awaiting.Of(result))!;
        });
    }
}
