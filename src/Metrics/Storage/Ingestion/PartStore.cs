using System.Runtime.CompilerServices;
using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>
/// The parts of things that arrive in parts. Of one part the higher version is kept; of equal versions the higher rank, then the
/// greater text: whatever the order of arrival, the same parts remain, and so the same records are made of them.
/// </summary>
internal sealed class PartStore(NpgsqlConnection connection, string source, long batch)
{
    private const int EntitiesAtOnce = 500;

    // An entity may be part of a larger one: a pull request of what was deployed. Deeper than this it is a mistake.
    private const int Depth = 4;

    /// <summary>Keeps what was staged, and composes every entity that it belongs to.</summary>
    public async IAsyncEnumerable<Reading> ComposeAsync(
        Func<IReadOnlyList<PartSeen>, IEnumerable<Reading>> compose, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var entities = await KeepStagedAsync(cancellation);
        for (var depth = 0; entities.Count > 0 && depth < Depth; depth++)
        {
            var larger = new List<PartSeen>();
            foreach (var some in entities.Chunk(EntitiesAtOnce))
            {
                foreach (var parts in (await PartsAsync(some, cancellation)).GroupBy(p => (p.Connection, p.Entity)))
                {
                    foreach (var reading in compose([.. parts]))
                    {
                        if (reading is PartSeen part) larger.Add(part);
                        else yield return reading;
                    }
                }
            }

            entities = await KeepComposedAsync(larger, cancellation);
        }
    }

    private async Task<List<(string Connection, string Entity)>> KeepStagedAsync(CancellationToken cancellation)
    {
        await connection.ExecuteAsync(
            $"""
            insert into ingest.part as p (source, connection, entity, name, version, rank, body, batch)
            select distinct on (connection, entity, name) $1, connection, entity, name, version, rank, body, $2
            from {PartStaging.Table}
            order by connection, entity, name, version desc, rank desc, body collate "C" desc
            on conflict (source, connection, entity, name) do update
            set version = excluded.version, rank = excluded.rank, body = excluded.body, batch = excluded.batch
            where (excluded.version, excluded.rank, excluded.body collate "C") > (p.version, p.rank, p.body collate "C")
            """, cancellation, source, batch);
        return await connection.QueryAsync(
            $"select distinct connection, entity from {PartStaging.Table} order by 1, 2", r => (r.GetString(0), r.GetString(1)), cancellation);
    }

    /// <summary>
    /// What was composed is a function of all that is known: the last one stands. Larger entities that learn nothing new by it
    /// are not composed again.
    /// </summary>
    private async Task<List<(string Connection, string Entity)>> KeepComposedAsync(List<PartSeen> composed, CancellationToken cancellation)
    {
        if (composed.Count == 0) return [];
        var parts = composed.GroupBy(p => (p.Connection, p.Entity, p.Name)).Select(p => p.Last()).ToList();
        var changed = await connection.QueryAsync(
            """
            insert into ingest.part as p (source, connection, entity, name, version, rank, body, batch)
            select $1, c.*, $2 from unnest($3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::integer[], $8::text[]) c
            on conflict (source, connection, entity, name) do update
            set version = excluded.version, rank = excluded.rank, body = excluded.body, batch = excluded.batch
            where (p.version, p.rank, p.body) is distinct from (excluded.version, excluded.rank, excluded.body)
            returning connection, entity
            """, r => (Connection: r.GetString(0), Entity: r.GetString(1)), cancellation, source, batch,
            parts.Select(p => p.Connection).ToArray(), parts.Select(p => p.Entity).ToArray(), parts.Select(p => p.Name).ToArray(),
            parts.Select(p => p.Version.UtcDateTime).ToArray(), parts.Select(p => p.Rank).ToArray(), parts.Select(p => p.Body).ToArray());
        return [.. changed.Distinct()];
    }

    private Task<List<PartSeen>> PartsAsync((string Connection, string Entity)[] entities, CancellationToken cancellation) =>
        connection.QueryAsync(
            """
            select p.connection, p.entity, p.name, p.version, p.rank, p.body
            from unnest($2::text[], $3::text[]) e(connection, entity)
            join ingest.part p on p.source = $1 and p.connection = e.connection and p.entity = e.entity
            order by p.connection, p.entity, p.name
            """,
            r => new PartSeen(r.GetString(1), r.GetString(2), r.GetFieldValue<DateTimeOffset>(3), r.GetString(5))
            {
                Connection = r.GetString(0),
                Rank = r.GetInt32(4),
            }, cancellation, source, entities.Select(e => e.Connection).ToArray(), entities.Select(e => e.Entity).ToArray());
}
