using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>A payload that arrived, or a change that somebody made, and what became of it.</summary>
/// <param name="Way">import, pull, push, sweep, replay, identity, correction or revert.</param>
/// <param name="State">landed, committed or failed.</param>
/// <param name="New">Records that it brought; less than none where it took some away.</param>
/// <param name="FirstAt">The earliest moment of its records; null where they have none.</param>
/// <param name="By">The person who brought it in, where one did.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
/// <param name="Replays">The batch whose payload it reads again.</param>
/// <param name="Reverts">The batch that it takes back.</param>
/// <param name="RevertedBy">The batch that took it back; null where none did.</param>
public sealed record BatchEntry(
    long Batch, string Source, string Connection, string Name, string Way, string State, DateTimeOffset StartedAt, DateTimeOffset? CommittedAt,
    long New, long Changed, long Same, long Rejected, DateTimeOffset? FirstAt, DateTimeOffset? LastAt, string Sha256, string? By, string? Reason,
    string? Error, long? Replays, long? Reverts, long? RevertedBy);

/// <summary>Reads what arrived (<c>ingest.batch</c>).</summary>
public sealed class BatchStore(NpgsqlDataSource database)
{
    private const string Select =
        """
        select b.batch, b.source, b.connection, b.name, b.way, b.state, b.started_at, b.committed_at, b.rows_new, b.rows_changed, b.rows_same,
          b.rows_rejected, b.first_at, b.last_at, b.sha256, b.brought_by, b.reason, b.error, b.replays, b.reverts, r.batch
        from ingest.batch b left join ingest.batch r on r.reverts = b.batch
        """;

    /// <summary>The last ones, latest first.</summary>
    /// <param name="source">Of one source; null for all.</param>
    public async Task<IReadOnlyList<BatchEntry>> ListAsync(int most, string? source = null, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(
            $"{Select} where $2::text is null or b.source = $2 order by b.batch desc limit $1", Read, cancellation, most, source);
    }

    /// <exception cref="CorrectionException">There is none of that number.</exception>
    public async Task<BatchEntry> FindAsync(long batch, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await FindAsync(connection, batch, cancellation);
    }

    /// <summary>What a batch did, by fact.</summary>
    public async Task<IReadOnlyDictionary<string, RowCounts>> FactsAsync(long batch, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await connection.QueryAsync(
            "select fact, rows_new, rows_changed, rows_same from ingest.batch_fact where batch = $1 order by fact",
            r => (r.GetString(0), new RowCounts(r.GetInt64(1), r.GetInt64(2), r.GetInt64(3))), cancellation, batch)).ToDictionary();
    }

    internal static async Task<BatchEntry> FindAsync(NpgsqlConnection connection, long batch, CancellationToken cancellation) =>
        (await connection.QueryAsync($"{Select} where b.batch = $1", Read, cancellation, batch)).FirstOrDefault()
            ?? throw new CorrectionException($"There is no batch {batch}; \"metrics batch list\" shows them.");

    private static BatchEntry Read(NpgsqlDataReader row)
    {
        return new BatchEntry(
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5),
            row.GetFieldValue<DateTimeOffset>(6), Moment(7), row.GetInt64(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11), Moment(12), Moment(13),
            row.GetString(14), Text(15), Text(16), Text(17), Number(18), Number(19), Number(20));

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        long? Number(int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

        DateTimeOffset? Moment(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }
}
