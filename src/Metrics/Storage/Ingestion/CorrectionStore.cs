using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>A field of a record that somebody has put right.</summary>
/// <param name="Batch">The batch that did it; taking that back ends the correction.</param>
/// <param name="Key">The record's natural key, its parts joined by a slash, as evidence shows it.</param>
/// <param name="Value">As text; null where the field was emptied.</param>
/// <param name="Original">What the source says of it now.</param>
/// <param name="EndedBy">The batch that took it back or put another in its place; null while it holds.</param>
public sealed record Correction(
    long Batch, string Fact, string Source, string Connection, string Key, string Field, string? Value, string? Original, string Reason, string By,
    DateTimeOffset At, long? EndedBy);

/// <summary>A record as it is stored.</summary>
/// <param name="Key">Its natural key, the parts joined by a slash.</param>
/// <param name="KeyJson">Source, connection and key as <c>fact.history</c> has them.</param>
/// <param name="Row">The whole row as JSON.</param>
public sealed record StoredRecord(FactSchema Fact, string Source, string Connection, string Key, string KeyJson, string Row);

/// <summary>
/// Puts fields of records right by hand. The correction is a batch of its own, with its reason and author, and holds whatever the source delivers
/// later, until it is taken back.
/// </summary>
public sealed class CorrectionStore(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The records of a fact with this key, of every source and connection that has one.</summary>
    /// <param name="source">Of this source only; null for all.</param>
    /// <param name="connection">Of this connection only; null for all.</param>
    public async Task<IReadOnlyList<StoredRecord>> FindAsync(
        FactSchema fact, string key, string? source = null, string? connection = null, CancellationToken cancellation = default)
    {
        await using var session = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await session.BeginTransactionAsync(cancellation);
        await session.ExecuteAsync("set local intervalstyle = 'iso_8601'", cancellation);
        return await session.QueryAsync(
            $"""
            select t.source, t.connection, jsonb_build_array({string.Join(", ", FactTables.Key(fact).Split(", ").Select(k => $"t.{k}"))})::text, to_jsonb(t)::text
            from {FactTables.Table(fact)} t
            where t.deleted_at is null and starts_with($1, t.{FactTables.Quote(fact.Keys[0].Name)}::text) and ($2::text is null or t.source = $2) and ($3::text is null or t.connection = $3) and {KeyText(fact, "t")} = $1
            order by 1, 2
            """, r => new StoredRecord(fact, r.GetString(0), r.GetString(1), key, r.GetString(2), r.GetString(3)), cancellation, key, source, connection);
    }

    /// <param name="fields">The columns to be put right, with the values that they shall have; null empties one.</param>
    /// <exception cref="StorageException">The database failed; nothing was changed.</exception>
    public async Task<BatchReport> CorrectAsync(
        StoredRecord record, IReadOnlyList<(FactColumn Column, object? Value)> fields, string by, string reason, CancellationToken cancellation = default)
    {
        var name = $"correction of {record.Fact.Name} {record.Key}";
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await connection.ExecuteAsync("select pg_advisory_xact_lock($1)", cancellation, Ingest.MergeLock);
            var now = clock.GetUtcNow();
            var batch = await Landing.OpenBatchAsync(
                connection, IncomingPayload.Without(record.Source, record.Connection, name, IngestWay.Correction) with
                {
                    By = by,
                    Reason = reason,
                    Cause = "correction",
                }, "", now, cancellation);
            var changes = new List<object>();
            foreach (var (column, value) in fields) changes.Add(await KeepAsync(connection, record, column, value, batch, by, reason, now, cancellation));
            var touches = new Touches(connection, batch);
            var merge = new FactMerge(record.Fact, connection, batch);
            var counts = new SortedDictionary<string, RowCounts>(StringComparer.Ordinal) { [record.Fact.Name] = await merge.CorrectAsync(cancellation) };
            await touches.MarkAsync(record.Fact, merge.Changes, cancellation);
            if (record.Fact.Name is "pipeline_run" or "run_output")
            {
                var outputs = new EffectiveOutputs(connection, touches);
                await outputs.AddAsync(merge.Changes, cancellation);
                await outputs.RefreshAsync(cancellation);
            }

            await Ingest.CloseAsync(connection, batch, [record.Fact], counts, 0, now, cancellation);
            await AuditLog.AppendAsync(
                connection, now, by, "record.corrected", $"{record.Fact.Name} {record.Key}",
                new { batch, record.Source, record.Connection, reason, changes }, cancellation);
            await transaction.CommitAsync(cancellation);
            return new BatchReport(batch, name) { Facts = counts };
        }
        catch (Exception failure) when (StorageException.Of(failure, name) is not null)
        {
            throw StorageException.Of(failure, name)!;
        }
    }

    /// <summary>Latest first.</summary>
    /// <param name="all">Those that hold no longer, too.</param>
    public async Task<IReadOnlyList<Correction>> ListAsync(bool all, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(
            $"""
            select c.batch, c.fact, c.key->>0, c.key->>1, {JoinedKey("c.key - 0 - 0")}, c.field, c.value #>> array[]::text[],
              c.original #>> array[]::text[], c.reason, c.made_by, c.made_at, c.ended_by
            from ingest.correction c where $1 or c.ended_by is null order by c.correction desc
            """,
            r => new Correction(
                r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), Text(r, 6), Text(r, 7), r.GetString(8),
                r.GetString(9), r.GetFieldValue<DateTimeOffset>(10), r.IsDBNull(11) ? null : r.GetInt64(11)), cancellation, all);
    }

    /// <summary>Whether a <c>key</c> kept as JSON is that of source $2, connection $3 and a natural key $4 as evidence shows it.</summary>
    internal static string HasKey { get; } = $"key->>0 = $2 and key->>1 = $3 and {JoinedKey("key - 0 - 0")} = $4";

    /// <summary>A row's natural key as evidence shows it.</summary>
    internal static string KeyText(FactSchema fact, string row) =>
        JoinedKey($"jsonb_build_array({string.Join(", ", fact.Keys.Select(k => $"{row}.{FactTables.Quote(k.Name)}"))})");

    private static string JoinedKey(string array) =>
        $"(select string_agg(coalesce(k.part, ''), '/' order by k.place) from jsonb_array_elements_text({array}) with ordinality as k(part, place))";

    /// <summary>Keeps one field's correction in the place of an earlier one, whose word of the source it takes over.</summary>
    private static async Task<object> KeepAsync(
        NpgsqlConnection connection, StoredRecord record, FactColumn column, object? value, long batch, string by, string reason, DateTimeOffset now,
        CancellationToken cancellation)
    {
        await connection.ExecuteAsync(
            "update ingest.correction set ended_by = $1 where fact = $2 and key = $3::jsonb and field = $4 and ended_by is null", cancellation,
            batch, record.Fact.Name, record.KeyJson, column.Name);
        return (await connection.QueryAsync(
            $"""
            insert into ingest.correction (batch, fact, key, field, value, original, reason, made_by, made_at)
            select $1, $2, $3::jsonb, $4, to_jsonb($5::{PgType.Of(column).Name}), coalesce(
              (select original from ingest.correction where fact = $2 and key = $3::jsonb and field = $4 and ended_by = $1),
              nullif($6::jsonb->$4, 'null')), $7, $8, $9
            returning ($6::jsonb->$4) #>> array[]::text[], value #>> array[]::text[]
            """, r => new { field = column.Name, before = Text(r, 0), after = Text(r, 1) }, cancellation,
            batch, record.Fact.Name, record.KeyJson, column.Name, value, record.Row, reason, by, now))[0];
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
