using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>
/// The time that sources vouch for. A word is good for a grace after its end, until the next delivery is due: with a
/// pull every fifteen minutes "0 incidents so far" can be said at any moment, and no longer once the pulls stay away.
/// </summary>
internal static class Coverage
{
    /// <summary>Adds what a payload vouches for.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, IncomingPayload payload, long batch, IReadOnlyList<TimeCovered> covered, DateTimeOffset received,
        CancellationToken cancellation)
    {
        foreach (var span in covered)
            await AddAsync(
                connection, payload.Source, payload.Connection, span.Fact, span.From ?? DateTimeOffset.MinValue, span.To ?? received, payload.Grace,
                cancellation, batch);
    }

    /// <summary>Adds a time; one that is empty or runs backwards adds nothing.</summary>
    /// <param name="batch">The batch that says so; null where none does.</param>
    public static async Task AddAsync(
        NpgsqlConnection connection, string source, string key, string fact, DateTimeOffset from, DateTimeOffset to, TimeSpan grace,
        CancellationToken cancellation, long? batch = null)
    {
        if (to < from) return;
        await connection.ExecuteAsync(
            """
            insert into ingest.coverage (fact, source, connection, covered, grace)
            values ($1, $2, $3, tstzmultirange(tstzrange($4, $5)), $6)
            on conflict (fact, source, connection) do update
              set covered = ingest.coverage.covered + excluded.covered, grace = excluded.grace
            """, cancellation, fact, source, key, from, to, grace);
        await connection.ExecuteAsync(
            """
            insert into ingest.vouched (fact, source, connection, batch, covered) values ($1, $2, $3, $4::bigint, tstzmultirange(tstzrange($5, $6)))
            on conflict (fact, source, connection, batch) do update set covered = ingest.vouched.covered + excluded.covered
            """, cancellation, fact, source, key, batch, from, to);
    }

    /// <summary>What is vouched for without the batches that have been taken back, where one of these had a part in it.</summary>
    public static Task WithdrawAsync(NpgsqlConnection connection, long[] batches, CancellationToken cancellation) =>
        connection.ExecuteAsync(
            """
            update ingest.coverage c set covered = coalesce((
              select range_agg(v.covered) from ingest.vouched v
              where (v.fact, v.source, v.connection) = (c.fact, c.source, c.connection) and (v.batch is null or not ingest.is_reverted(v.batch))), '{}')
            where exists (
              select from ingest.vouched v
              where (v.fact, v.source, v.connection) = (c.fact, c.source, c.connection) and v.batch = any($1))
            """, cancellation, (object)batches);
}
