using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>Where a connection stands: its cursor, its last successes and failures.</summary>
public sealed record ConnectionState(string Source, string Connection)
{
    /// <summary>The cursor after the last page that was written; JSON; null before the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>The last delivery of a push.</summary>
    public DateTimeOffset? HeardAt { get; init; }

    /// <summary>When the last pull began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When a pull last ended well.</summary>
    public DateTimeOffset? SucceededAt { get; init; }

    public DateTimeOffset? FailedAt { get; init; }

    /// <summary>Why the last pull failed; null where it succeeded.</summary>
    public string? Error { get; init; }

    /// <summary>True where somebody must change something before it can succeed.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; init; }

    /// <summary>The moment before which the next pull does not begin.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>When a sweep last ended well.</summary>
    public DateTimeOffset? SweptAt { get; init; }
}

/// <summary>What a connection has delivered.</summary>
/// <param name="Payloads">Files, pages and events.</param>
/// <param name="Records">New and changed ones.</param>
/// <param name="Latest">When the last payload arrived.</param>
/// <param name="VouchesUntil">The earliest end of what it covers; null where it covers nothing, or everything.</param>
public sealed record ConnectionTotals(
    string Source, string Connection, long Payloads, long Records, long Rejected, DateTimeOffset Latest, DateTimeOffset? VouchesUntil);

/// <summary>Keeps the state of connections (<c>ingest.connection</c>) and the events they have delivered.</summary>
public sealed class ConnectionStore(NpgsqlDataSource database)
{
    /// <summary>The state of a connection; a new one where nothing is known of it.</summary>
    public async Task<ConnectionState> LoadAsync(string source, string key, CancellationToken cancellation = default) =>
        (await LoadAsync(cancellation)).FirstOrDefault(s => s.Source == source && s.Connection == key) ?? new ConnectionState(source, key);

    /// <summary>The states of all connections that have one.</summary>
    public async Task<IReadOnlyList<ConnectionState>> LoadAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(
            """
            select source, connection, "cursor", heard_at, started_at, succeeded_at, failed_at, error, is_terminal, failures, retry_at, swept_at
            from ingest.connection order by source, connection
            """, r => new ConnectionState(r.GetString(0), r.GetString(1))
            {
                Cursor = r.IsDBNull(2) ? null : r.GetString(2),
                HeardAt = Moment(r, 3),
                StartedAt = Moment(r, 4),
                SucceededAt = Moment(r, 5),
                FailedAt = Moment(r, 6),
                Error = r.IsDBNull(7) ? null : r.GetString(7),
                IsTerminal = r.GetBoolean(8),
                Failures = r.GetInt32(9),
                RetryAt = Moment(r, 10),
                SweptAt = Moment(r, 11),
            }, cancellation);
    }

    /// <summary>A pull begins.</summary>
    public Task BeginAsync(string source, string key, DateTimeOffset now, CancellationToken cancellation = default) =>
        ExecuteAsync(
            """
            insert into ingest.connection (source, connection, started_at) values ($1, $2, $3)
            on conflict (source, connection) do update set started_at = excluded.started_at
            """, cancellation, source, key, now);

    /// <summary>A pull has ended well.</summary>
    public Task SucceedAsync(string source, string key, DateTimeOffset now, CancellationToken cancellation = default) =>
        ExecuteAsync(
            """
            update ingest.connection set succeeded_at = $3, error = null, is_terminal = false, failures = 0, retry_at = null
            where source = $1 and connection = $2
            """, cancellation, source, key, now);

    /// <summary>A pull has failed.</summary>
    public Task FailAsync(
        string source, string key, DateTimeOffset now, string error, bool isTerminal, DateTimeOffset retryAt, CancellationToken cancellation = default) =>
        ExecuteAsync(
            """
            update ingest.connection set failed_at = $3, error = $4, is_terminal = $5, failures = failures + 1, retry_at = $6
            where source = $1 and connection = $2
            """, cancellation, source, key, now, error, isTerminal, retryAt);

    /// <summary>A sweep has ended well.</summary>
    public Task SweptAsync(string source, string key, DateTimeOffset now, CancellationToken cancellation = default) =>
        ExecuteAsync(
            """
            insert into ingest.connection (source, connection, swept_at) values ($1, $2, $3)
            on conflict (source, connection) do update set swept_at = excluded.swept_at
            """, cancellation, source, key, now);

    /// <summary>Moves the cursor and adds coverage where a page brought nothing to write.</summary>
    public async Task MoveAsync(
        string source, string key, string cursor, IReadOnlyList<TimeCovered> covered, TimeSpan grace, DateTimeOffset now,
        CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (var span in covered)
            await Coverage.AddAsync(
                connection, source, key, span.Fact, span.From ?? DateTimeOffset.MinValue, span.To ?? now, grace, cancellation);
        await KeepCursorAsync(connection, source, key, cursor, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Claims a firing of a job: true for the one process that may run it.</summary>
    public async Task<bool> ClaimAsync(string job, DateTimeOffset scheduledFor, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync("delete from public.job_run where claimed_at < $1", cancellation, now.AddDays(-90));
        return await connection.ExecuteAsync(
            "insert into public.job_run (job, scheduled_for, claimed_at) values ($1, $2, $3) on conflict do nothing", cancellation,
            job, scheduledFor, now) == 1;
    }

    /// <summary>What each connection has delivered: payloads, records, rejected ones, and until when it vouches for its facts.</summary>
    public async Task<IReadOnlyList<ConnectionTotals>> TotalsAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(
            """
            select b.source, b.connection, count(*), sum(rows_new + rows_changed), sum(rows_rejected), max(b.started_at),
              (select min(upper(c.covered)) from ingest.coverage c where c.source = b.source and c.connection = b.connection)
            from ingest.batch b where b.way in ('import', 'pull', 'push') group by b.source, b.connection order by b.source, b.connection
            """, r => new ConnectionTotals(
                r.GetString(0), r.GetString(1), r.GetInt64(2), (long)r.GetDecimal(3), (long)r.GetDecimal(4), r.GetFieldValue<DateTimeOffset>(5), Moment(r, 6)),
            cancellation);
    }

    /// <summary>The batch that wrote an event; null where it is new.</summary>
    public async Task<long?> BatchOfEventAsync(string source, string key, string id, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await connection.QueryAsync(
            "select batch from ingest.event where source = $1 and connection = $2 and event = $3", r => (long?)r.GetInt64(0), cancellation,
            source, key, id)).FirstOrDefault();
    }

    /// <summary>
    /// A delivery was heard: from the one before it until now nothing was left untold, if the time between is at most the
    /// heartbeat. A longer silence stays uncovered.
    /// </summary>
    public async Task HearAsync(
        string source, string key, IReadOnlyList<string> vouches, TimeSpan? heartbeat, DateTimeOffset now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync(
            "insert into ingest.connection (source, connection) values ($1, $2) on conflict do nothing", cancellation, source, key);
        var before = (await connection.QueryAsync(
            "select heard_at from ingest.connection where source = $1 and connection = $2 for update", r => Moment(r, 0), cancellation, source, key))[0];
        await connection.ExecuteAsync(
            "update ingest.connection set heard_at = greatest(heard_at, $3) where source = $1 and connection = $2", cancellation, source, key, now);
        if (heartbeat is { } longest)
        {
            var from = before is { } last && now - last <= longest && last <= now ? last : now;
            foreach (var fact in vouches) await Coverage.AddAsync(connection, source, key, fact, from, now, longest, cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    /// <summary>What is committed with the records of a payload.</summary>
    internal static async Task KeepAsync(
        NpgsqlConnection connection, IncomingPayload payload, long batch, DateTimeOffset now, CancellationToken cancellation)
    {
        if (payload.Cursor is not null) await KeepCursorAsync(connection, payload.Source, payload.Connection, payload.Cursor, cancellation);
        if (payload.Event is not null)
            await connection.ExecuteAsync(
                "insert into ingest.event (source, connection, event, batch, received_at) values ($1, $2, $3, $4, $5) on conflict do nothing",
                cancellation, payload.Source, payload.Connection, payload.Event, batch, now);
    }

    private static Task<int> KeepCursorAsync(
        NpgsqlConnection connection, string source, string key, string cursor, CancellationToken cancellation) =>
        connection.ExecuteAsync(
            """
            insert into ingest.connection (source, connection, "cursor") values ($1, $2, $3)
            on conflict (source, connection) do update set "cursor" = excluded."cursor"
            """, cancellation, source, key, cursor);

    private async Task ExecuteAsync(string sql, CancellationToken cancellation, params object?[] arguments)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(sql, cancellation, arguments);
    }

    private static DateTimeOffset? Moment(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
