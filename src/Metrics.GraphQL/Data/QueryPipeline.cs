using System.Collections;
using System.Reflection;
using Metrics.GraphQL.Annotated;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Paging;

namespace Metrics.GraphQL.Data;

/// <summary>What happens to the list that a resolver returned: filter, then sort, then page or read.</summary>
internal static class QueryPipeline
{
    /// <summary>The steps for a field; null when its value is used as it is.</summary>
    public static Func<object, ResolverContext, Task<object>>? For(Type returned, ClrType result, FieldShape shape)
    {
        if (!result.IsList) return null;
        var type = ClrType.Unwrap(returned) ?? returned;
        var isDeferred = IsOrImplements(type, typeof(IQueryable<>)) || IsOrImplements(type, typeof(IAsyncEnumerable<>));
        if (!shape.IsQuery && !isDeferred) return null;
        // The row type as C# sees it, which for nullable values is not the type in the schema.
        var row = type.IsArray
            ? type.GetElementType()!
            : type.GetInterfaces().Append(type).First(t => t.IsGenericType
                && (t.GetGenericTypeDefinition() == typeof(IEnumerable<>) || t.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>))).GetGenericArguments()[0];
        var run = typeof(QueryPipeline).GetMethod(nameof(RunAsync), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(row).CreateDelegate<Func<object, ResolverContext, FieldShape, Task<object>>>();
        return (value, context) => run(value, context, shape);
    }

    private static async Task<object> RunAsync<T>(object value, ResolverContext context, FieldShape shape)
    {
        if (shape.Paging is not null && value is RowReader<T> reader && !NeedsAll(context, shape))
            return await PageReader.ReadAsync(reader, context, shape.DefaultPageSize, shape.MaxPageSize);
        var query = value switch
        {
            IQueryable<T> queryable => queryable,
            IEnumerable<T> rows => rows.AsQueryable(),
            IAsyncEnumerable<T> rows => (await ReadAsync(rows, context.CancellationToken)).AsQueryable(),
            _ => throw new InvalidOperationException($"{context.Field} returned {value.GetType()}, which is no list of {typeof(T)}."),
        };
        if (shape.Filtering && context.Arguments.GetValueOrDefault("where") is IReadOnlyDictionary<string, object?> filter)
            query = query.Where(FilterExpressions.Predicate<T>(filter));
        if (shape.Sorting && context.Arguments.GetValueOrDefault("order") is IEnumerable order)
            query = SortExpressions.Apply(query, order);
        return shape.Paging is null
            ? await PageReader.ToListAsync(query, context.CancellationToken)
            : await PageReader.ReadAsync(query, context, shape.DefaultPageSize, shape.MaxPageSize);
    }

    private static bool NeedsAll(ResolverContext context, FieldShape shape) =>
        (shape.Filtering && context.Arguments.GetValueOrDefault("where") is not null)
        || (shape.Sorting && context.Arguments.GetValueOrDefault("order") is not null)
        || context.Arguments.GetValueOrDefault("last") is not null || context.Arguments.GetValueOrDefault("before") is not null
        || context.IsSelected("totalCount");

    private static async Task<List<T>> ReadAsync<T>(IAsyncEnumerable<T> rows, CancellationToken cancellationToken)
    {
        var list = new List<T>();
        await foreach (var row in rows.WithCancellation(cancellationToken)) list.Add(row);
        return list;
    }

    private static bool IsOrImplements(Type type, Type definition) =>
        type.GetInterfaces().Append(type).Any(t => t.IsGenericType && t.GetGenericTypeDefinition() == definition);
}
