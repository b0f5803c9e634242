using System.Runtime.CompilerServices;
using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>
/// The fragments of things that arrive in fragments. Of one fragment the higher version is kept; of equal versions the higher
/// rank, then the greater text: whatever the order of arrival, the same ones remain, and so the same records are made of them. A replay reads the
/// same version anew and so wins over it.
/// </summary>
internal sealed class FragmentStore(NpgsqlConnection database, IncomingPayload payload, long batch)
{
    private const int EntitiesAtOnce = 500;

    // An entity may be a fragment of a larger one: a pull request of what was deployed. Deeper than this it is a mistake.
    private const int Depth = 4;

    /// <summary>Keeps what was staged, and composes every entity that has a fragment among it.</summary>
    public async IAsyncEnumerable<Reading> ComposeAsync(
        Func<IReadOnlyList<FragmentSeen>, IEnumerable<Reading>> compose, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var entities = await KeepStagedAsync(cancellation);
        for (var depth = 0; entities.Count > 0 && depth < Depth; depth++)
        {
            var larger = new List<FragmentSeen>();
            foreach (var some in entities.Chunk(EntitiesAtOnce))
            {
                foreach (var known in (await KnownAsync(some, cancellation)).GroupBy(f => f.Entity))
                {
                    foreach (var reading in compose([.. known]))
                    {
                        if (reading is FragmentSeen fragment) larger.Add(fragment);
                        else yield return reading;
                    }
                }
            }

            entities = await KeepComposedAsync(larger, cancellation);
        }
    }

    /// <summary>Takes back the fragments of batches; those that they had replaced count again. The records are not composed anew.</summary>
    public static async Task WithdrawAsync(NpgsqlConnection database, long[] batches, CancellationToken cancellation)
    {
        var gone = await database.QueryAsync(
            "delete from ingest.fragment where batch = any($1) returning source, connection, entity, name",
            r => (Source: r.GetString(0), Connection: r.GetString(1), Entity: r.GetString(2), Name: r.GetString(3)), cancellation, (object)batches);
        if (gone.Count == 0) return;
        await database.ExecuteAsync(
            """
            insert into ingest.fragment (source, connection, entity, name, version, rank, body, batch)
            select distinct on (h.source, h.connection, h.entity, h.name) h.source, h.connection, h.entity, h.name, h.version, h.rank, h.body, h.batch
            from ingest.fragment_history h
            join unnest($1::text[], $2::text[], $3::text[], $4::text[]) as g(source, connection, entity, name) using (source, connection, entity, name)
            where not ingest.is_reverted(h.batch)
            order by h.source, h.connection, h.entity, h.name, h.place desc
            """, cancellation, gone.Select(g => g.Source).ToArray(), gone.Select(g => g.Connection).ToArray(),
            gone.Select(g => g.Entity).ToArray(), gone.Select(g => g.Name).ToArray());
    }

    private async Task<List<string>> KeepStagedAsync(CancellationToken cancellation)
    {
        var newer = payload.Replays is null
            ? """(excluded.version, excluded.rank, excluded.body collate "C") > (f.version, f.rank, f.body collate "C")"""
            : "(excluded.version, excluded.rank) >= (f.version, f.rank)";
        await database.ExecuteAsync(
            $"""
            insert into ingest.fragment as f (source, connection, entity, name, version, rank, body, batch)
            select distinct on (entity, name) $1, $2, entity, name, version, rank, body, $3
            from {FragmentStaging.Table}
            order by entity, name, version desc, rank desc, body collate "C" desc
            on conflict (source, connection, entity, name) do update
            set version = excluded.version, rank = excluded.rank, body = excluded.body, batch = excluded.batch
            where {newer}
            """, cancellation, payload.Source, payload.Connection, batch);
        return await database.QueryAsync(
            $"select distinct entity from {FragmentStaging.Table} order by 1", r => r.GetString(0), cancellation);
    }

    /// <summary>What was composed is a function of all that is known: the last one stands. Gives the entities that this changed.</summary>
    private async Task<List<string>> KeepComposedAsync(List<FragmentSeen> composed, CancellationToken cancellation)
    {
        if (composed.Count == 0) return [];
        return await database.QueryAsync(
            """
            with kept as (
              insert into ingest.fragment as f (source, connection, entity, name, version, rank, body, batch)
              select distinct on (entity, name) $1, $2, entity, name, version, rank, body, $3
              from unnest($4::text[], $5::text[], $6::timestamptz[], $7::integer[], $8::text[]) with ordinality
                c(entity, name, version, rank, body, ordinal)
              order by entity, name, ordinal desc
              on conflict (source, connection, entity, name) do update
              set version = excluded.version, rank = excluded.rank, body = excluded.body, batch = excluded.batch
              where (f.version, f.rank, f.body) is distinct from (excluded.version, excluded.rank, excluded.body)
              returning entity)
            select distinct entity from kept order by 1
            """,
            r => r.GetString(0), cancellation, payload.Source, payload.Connection, batch,
            composed.Select(f => f.Entity).ToArray(), composed.Select(f => f.Name).ToArray(),
            composed.Select(f => f.Version.UtcDateTime).ToArray(), composed.Select(f => f.Rank).ToArray(),
            composed.Select(f => f.Body).ToArray());
    }

    private Task<List<FragmentSeen>> KnownAsync(string[] entities, CancellationToken cancellation) =>
        database.QueryAsync(
            """
            select entity, name, version, rank, body from ingest.fragment
            where source = $1 and connection = $2 and entity = any($3) order by entity, name
            """,
            r => new FragmentSeen(r.GetString(0), r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), r.GetString(4)) { Rank = r.GetInt32(3) },
            cancellation, payload.Source, payload.Connection, entities);
}
