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
        NpgsqlConnection connection, IncomingPayload payload, IReadOnlyList<TimeCovered> covered, DateTimeOffset received,
        CancellationToken cancellation)
    {
        foreach (var span in covered)
            await AddAsync(
                connection, payload.Source, payload.Connection, span.Fact, span.From ?? DateTimeOffset.MinValue, span.To ?? received, payload.Grace,
                cancellation);
    }

    /// <summary>Adds a time; one that is empty or runs backwards adds nothing.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, string source, string key, string fact, DateTimeOffset from, DateTimeOffset to, TimeSpan grace,
        CancellationToken cancellation)
    {
        if (to < from) return;
        await connection.ExecuteAsync(
            """
            insert into ingest.coverage (fact, source, connection, covered, grace)
            values ($1, $2, $3, tstzmultirange(tstzrange($4, $5)), $6)
            on conflict (fact, source, connection) do update
              set covered = ingest.coverage.covered + excluded.covered, grace = excluded.grace
            """, cancellation, fact, source, key, from, to, grace);
    }
}
