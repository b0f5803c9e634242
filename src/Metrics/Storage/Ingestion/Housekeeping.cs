using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>What an erasure has found.</summary>
/// <param name="Records">Records, old versions of records and catalogue entries.</param>
/// <param name="Payloads">Pieces of landed payloads, fragments and rejected records.</param>
/// <param name="Files">Landed files that are kept outside, by their path: they cannot be changed here.</param>
public sealed record Erasure(long Records, long Payloads, IReadOnlyList<string> Files);

/// <summary>Deletes what is kept no longer, and what a person wants to be gone.</summary>
public sealed class Housekeeping(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>What stands in the place of somebody who was erased.</summary>
    public const string Erased = "redacted:erased";

    private static readonly TimeSpan EventsKept = TimeSpan.FromDays(90);

    /// <summary>Deletes the content of payloads that landed longer ago than this; their batches and records stay.</summary>
    /// <returns>Pieces that were deleted.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<int> ExpireAsync(TimeSpan keptFor, CancellationToken cancellation = default) => InOneAsync("the retention", async connection =>
    {
        var now = clock.GetUtcNow();
        await connection.ExecuteAsync("delete from ingest.event where received_at < $1", cancellation, now - EventsKept);
        await connection.ExecuteAsync(
            "delete from ingest.fragment_history h using ingest.batch b where b.batch = h.batch and b.started_at < $1", cancellation, now - keptFor);
        await connection.ExecuteAsync(
            "delete from ingest.rejected r using ingest.batch b where b.batch = r.batch and b.started_at < $1", cancellation, now - keptFor);
        return await connection.ExecuteAsync(
            "delete from ingest.landed l using ingest.batch b where b.batch = l.batch and b.started_at < $1", cancellation, now - keptFor);
    }, cancellation);

    /// <summary>
    /// Replaces the hash that stands for a person by one that stands for nobody, wherever it is kept. No KPI reads it, so no value changes.
    /// </summary>
    /// <param name="hash">As the redactor makes it of the person's name or address.</param>
    /// <exception cref="StorageException">The database failed; nothing was erased.</exception>
    public Task<Erasure> EraseAsync(string hash, CancellationToken cancellation = default) => InOneAsync("the erasure", async connection =>
    {
        await connection.ExecuteAsync("select pg_advisory_xact_lock($1)", cancellation, Ingest.MergeLock);
        var records = 0L;
        foreach (var fact in FactSchema.All)
        {
            var texts = fact.Columns.Where(c => !c.IsKey && c.ValueType == typeof(string)).ToList();
            if (texts.Count == 0) continue;
            var set = texts.Select(c => FactTables.Quote(c.Name)).Zip(texts, (name, c) =>
                c.IsList ? $"{name} = array_replace({name}, $1, $2)" : $"{name} = replace({name}, $1, $2)");
            records += await connection.ExecuteAsync(
                $"update {FactTables.Table(fact)} t set {string.Join(", ", set)} where strpos(to_jsonb(t)::text, $1) > 0", cancellation, hash, Erased);
        }

        foreach (var (table, column) in new[] { ("fact.history", "\"row\""), ("catalog.assertion", "attributes"), ("catalog.assertion_history", "attributes"), ("catalog.version", "attributes") })
            records += await connection.ExecuteAsync(
                $"update {table} set {column} = replace({column}::text, $1, $2)::jsonb where strpos({column}::text, $1) > 0", cancellation, hash, Erased);
        var payloads = 0L;
        foreach (var (table, column) in new[] { ("ingest.fragment", "body"), ("ingest.fragment_history", "body"), ("ingest.rejected", "payload"), ("ingest.rejected", "reason") })
            payloads += await connection.ExecuteAsync(
                $"update {table} set {column} = replace({column}, $1, $2) where strpos({column}, $1) > 0", cancellation, hash, Erased);

        // By bytes: a piece may begin and end within a character.
        payloads += await connection.ExecuteAsync(
            """
            update ingest.landed l set body = n.body, sha256 = encode(sha256(n.body), 'hex')
            from (
              select batch, seq, decode(replace(encode(body, 'hex'), encode($1::text::bytea, 'hex'), encode($2::text::bytea, 'hex')), 'hex') as body
              from ingest.landed where position($1::text::bytea in body) > 0) n
            where l.batch = n.batch and l.seq = n.seq
            """, cancellation, hash, Erased);
        var files = await connection.QueryAsync("select distinct path from ingest.landed where path is not null order by 1", r => r.GetString(0), cancellation);

        // That it was done, and how often, but not whom it concerned.
        await AuditLog.AppendAsync(connection, clock.GetUtcNow(), Environment.UserName, "person.erased", "person", new { records, payloads }, cancellation);
        return new Erasure(records, payloads, files);
    }, cancellation);

    private async Task<T> InOneAsync<T>(string what, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var result = await work(connection);
            await transaction.CommitAsync(cancellation);
            return result;
        }
        catch (Exception failure) when (StorageException.Of(failure, what) is not null)
        {
            throw StorageException.Of(failure, what)!;
        }
    }
}
