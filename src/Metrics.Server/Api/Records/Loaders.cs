using System.Linq.Expressions;
using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.GraphQL.Execution;
using Microsoft.EntityFrameworkCore;

namespace Metrics.Server.Api.Records;

/// <summary>The records that others name, all of a wave with one query.</summary>
internal static class Loaders
{
    [DataLoader]
    public static async Task<IReadOnlyDictionary<string, Team>> GetTeamByIdAsync(IReadOnlyList<string> ids, Visible see, CancellationToken cancellation) =>
        await see.Teams.Where(t => ids.Contains(t.Id)).ToDictionaryAsync(t => t.Id, cancellation);

    [DataLoader]
    public static async Task<IReadOnlyDictionary<string, Dataset>> GetDatasetByIdAsync(IReadOnlyList<string> ids, Visible see, CancellationToken cancellation) =>
        await see.Datasets.Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, cancellation);

    [DataLoader]
    public static async Task<IReadOnlyDictionary<string, Pipeline>> GetPipelineByKeyAsync(IReadOnlyList<string> keys, Visible see, CancellationToken cancellation)
    {
        var (_, _, ids) = Pipeline.Parts(keys);
        return (await see.Pipelines.Where(p => ids.Contains(p.Id)).ToListAsync(cancellation)).ToDictionary(p => p.Key);
    }

    [DataLoader]
    public static async Task<IReadOnlyDictionary<long, IngestBatch>> GetBatchByNumberAsync(IReadOnlyList<long> numbers, Visible see, CancellationToken cancellation) =>
        await see.BatchesOf(numbers).ToDictionaryAsync(b => b.Number, cancellation);

    /// <summary>The value of a key that may be missing.</summary>
    public static Task<T?> FindAsync<T>(this IDataLoader<string, T> loader, string? key) where T : class =>
        key is null ? Task.FromResult<T?>(null) : loader.LoadAsync(key);

    /// <inheritdoc cref="FindAsync{T}(IDataLoader{string, T}, string)"/>
    public static Task<T?> FindAsync<T>(this IDataLoader<long, T> loader, long? key) where T : class =>
        key is { } known ? loader.LoadAsync(known) : Task.FromResult<T?>(null);

    /// <summary>The values that there are, in the order of the keys.</summary>
    public static async Task<IReadOnlyList<T>> FindAsync<T>(this IDataLoader<string, T> loader, IReadOnlyList<string> keys) where T : class =>
        [.. (await Task.WhenAll(keys.Select(k => loader.LoadAsync(k)))).OfType<T>()];

    /// <summary>The page of a parent's rows that is asked for, of what the caller may see.</summary>
    public static Task<Connection<TRow>> PageAsync<TKey, TRow>(
        this ResolverContext context, PagingArguments page, TKey key, Func<Visible, IReadOnlyList<TKey>, IQueryable<Related<TKey, TRow>>> rows)
        where TKey : notnull => context.PageAsync(page, key, (IServiceProvider services, IReadOnlyList<TKey> keys) => rows(services.GetRequiredService<Visible>(), keys));

    /// <summary>The same of records of which there are very many; see <see cref="Relations"/>.</summary>
    public static Task<Connection<TRow>> PageEachAsync<TKey, TRow>(
        this ResolverContext context, PagingArguments page, TKey key,
        Func<Visible, IReadOnlyList<TKey>, (IQueryable<TKey> Keys, Expression<Func<TKey, IQueryable<TRow>>> Rows)> rows)
        where TKey : notnull => context.PageEachAsync(page, key, (IServiceProvider services, IReadOnlyList<TKey> keys) => rows(services.GetRequiredService<Visible>(), keys));
}
