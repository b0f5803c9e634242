using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>What one connection delivered on one day (UTC), and what became of it.</summary>
/// <param name="Payloads">Files, pages, events, sweeps and replays.</param>
/// <param name="Failed">Those of them of which nothing was written.</param>
/// <param name="Rejected">Records that could not be read.</param>
public sealed record DayTotal(
    string Source, string Connection, DateOnly Day, long Payloads, long Failed, long New, long Changed, long Same, long Rejected);

/// <summary>What all batches together have added to a fact, and what is there.</summary>
/// <param name="Added">Records that were new when they were written.</param>
/// <param name="Stored">Records there are, those marked as deleted included.</param>
/// <param name="Deleted">Those marked as deleted.</param>
public sealed record FactTotal(string Fact, long Added, long Stored, long Deleted)
{
    /// <summary>Nothing was lost, and nothing is there that no batch has brought.</summary>
    public bool Agrees => Added == Stored;
}

/// <summary>Control totals: what came in must be there.</summary>
public sealed class ControlTotals(NpgsqlDataSource database)
{
    /// <summary>By connection and day, oldest first.</summary>
    /// <param name="since">From this moment on; null for all.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<DayTotal>> DaysAsync(DateTimeOffset? since = null, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(
            """
            select source, connection, (started_at at time zone 'utc')::date, count(*), count(*) filter (where state <> 'committed'),
              sum(rows_new)::bigint, sum(rows_changed)::bigint, sum(rows_same)::bigint, sum(rows_rejected)::bigint
            from ingest.batch where way <> 'identity' and ($1::timestamptz is null or started_at >= $1)
            group by 1, 2, 3 order by 3, 1, 2
            """,
            r => new DayTotal(
                r.GetString(0), r.GetString(1), r.GetFieldValue<DateOnly>(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7),
                r.GetInt64(8)), cancellation, since);
    }

    /// <summary>By fact, counted at one moment; facts without any are left out.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<FactTotal>> FactsAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var stored = string.Join(" union all ", FactSchema.All.Select(f =>
            $"select '{f.Name}' as fact, count(*) as stored, count(deleted_at) as deleted from {FactTables.Table(f)}"));
        return await connection.QueryAsync(
            $"""
            select s.fact, coalesce(a.added, 0), s.stored, s.deleted
            from ({stored}) s
            left join (
              select f.fact, sum(f.rows_new)::bigint as added from ingest.batch_fact f join ingest.batch b using (batch)
              where b.state = 'committed' group by f.fact) a using (fact)
            where s.stored > 0 or a.added > 0 order by 1
            """, r => new FactTotal(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)), cancellation);
    }
}
