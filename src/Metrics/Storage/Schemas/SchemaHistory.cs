using Metrics.Model.Facts;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Storage.Schemas;

/// <summary>
/// Keeps every sight of a dataset's columns and finds what changed between neighbours in time. A sight that comes late falls
/// between two others: the change found between those is withdrawn, and those to its left and right take its place. So the order of
/// arrival cannot matter.
/// </summary>
internal sealed class SchemaHistory(NpgsqlConnection connection, string source, string connectionName, long batch)
{
    private const string Staged = "staged_schema";
    private const int FlushAt = 2_000;

    private readonly List<SchemaSeen> buffer = [];

    /// <summary>Whether there were any.</summary>
    public bool Any { get; private set; }

    public async Task AddAsync(SchemaSeen seen, CancellationToken cancellation)
    {
        buffer.Add(seen);
        if (buffer.Count == FlushAt) await FlushAsync(cancellation);
    }

    public async Task FlushAsync(CancellationToken cancellation)
    {
        if (buffer.Count == 0) return;
        if (!Any)
        {
            await connection.ExecuteAsync(
                $"create temporary table {Staged} (dataset text, at timestamptz, hash text, columns text, contract_id text) on commit drop",
                cancellation);
            Any = true;
        }

        await using (var copy = await connection.BeginBinaryImportAsync(
            $"copy {Staged} (dataset, at, hash, columns, contract_id) from stdin (format binary)", cancellation))
        {
            foreach (var seen in buffer)
            {
                var text = SchemaSight.TextOf(seen.Columns);
                await copy.StartRowAsync(cancellation);
                await copy.WriteAsync(seen.Dataset, NpgsqlDbType.Text, cancellation);
                await copy.WriteAsync(seen.At.UtcDateTime, NpgsqlDbType.TimestampTz, cancellation);
                await copy.WriteAsync(SchemaSight.HashOf(text), NpgsqlDbType.Text, cancellation);
                await copy.WriteAsync(text, NpgsqlDbType.Text, cancellation);
                await PgType.WriteAsync(copy, seen.ContractId, NpgsqlDbType.Text, cancellation);
            }

            await copy.CompleteAsync(cancellation);
        }

        buffer.Clear();
    }

    /// <summary>Keeps what was staged; yields the changes that hold now, and tombstones of those that no longer do.</summary>
    public async Task<IReadOnlyList<SchemaChange>> ChangesAsync(CancellationToken cancellation)
    {
        if (!Any) return [];
        await connection.ExecuteAsync(
            $"insert into catalog.schema_text (hash, columns) select distinct hash, columns from {Staged} on conflict do nothing", cancellation);

        // Two sights of one moment that differ: one of them by a rule, so that it is always the same one.
        var kept = await connection.QueryAsync(
            $"""
            insert into catalog.schema_sight as s (source, connection, dataset, at, hash, contract_id, batch)
            select distinct on (dataset, at) $1, $2, dataset, at, hash, contract_id, $3 from {Staged}
            order by dataset, at, hash desc, contract_id desc nulls last
            on conflict (source, connection, dataset, at) do update
            set hash = excluded.hash, contract_id = excluded.contract_id, batch = excluded.batch
            where (excluded.hash, coalesce(excluded.contract_id, '')) > (s.hash, coalesce(s.contract_id, ''))
            returning s.dataset, s.at
            """, r => (Dataset: r.GetString(0), At: r.GetDateTime(1)), cancellation, source, connectionName, batch);
        var changes = new List<SchemaChange>();
        foreach (var dataset in kept.GroupBy(k => k.Dataset))
            changes.AddRange(await ChangesAsync(dataset.Key, [.. dataset.Select(d => d.At)], cancellation));
        return changes;
    }

    /// <summary>The changes at these sights and at the one that follows each.</summary>
    private async Task<List<SchemaChange>> ChangesAsync(string dataset, DateTime[] moments, CancellationToken cancellation)
    {
        var sights = (await connection.QueryAsync(
            """
            with around as (
              select m.at from unnest($4::timestamptz[]) as m(at)
              union select (select max(p.at) from catalog.schema_sight p
                where p.source = $1 and p.connection = $2 and p.dataset = $3 and p.at < m.at) from unnest($4::timestamptz[]) as m(at)
              union select (select min(n.at) from catalog.schema_sight n
                where n.source = $1 and n.connection = $2 and n.dataset = $3 and n.at > m.at) from unnest($4::timestamptz[]) as m(at)
            )
            select s.at, t.columns, s.contract_id from around a
            join catalog.schema_sight s on s.source = $1 and s.connection = $2 and s.dataset = $3 and s.at = a.at
            join catalog.schema_text t using (hash)
            order by s.at
            """,
            r => new SchemaSight(r.GetDateTime(0), SchemaSight.Parse(r.GetString(1)), r.IsDBNull(2) ? null : r.GetString(2)),
            cancellation, source, connectionName, dataset, moments));

        var seen = moments.ToHashSet();
        var changes = new List<SchemaChange>();
        var compared = new List<DateTime>();
        for (var i = 0; i < sights.Count; i++)
        {
            // Neighbours of each other: one of them is new, or nothing lies between that is.
            var isNew = seen.Contains(sights[i].At);
            if (!isNew && (i == 0 || !seen.Contains(sights[i - 1].At))) continue;
            compared.Add(sights[i].At);
            if (i > 0) changes.AddRange(sights[i].Since(sights[i - 1], source, connectionName, dataset));
        }

        var found = changes.Select(c => c.ChangeId).ToHashSet();
        var before = await connection.QueryAsync(
            """
            select c.change_id from fact.schema_change c
            where c.source = $1 and c.connection = $2 and c.dataset = $3 and c.detected_at = any($4) and c.deleted_at is null
            """, r => r.GetString(0), cancellation, source, connectionName, dataset, compared.ToArray());
        changes.AddRange(before
            .Where(id => !found.Contains(id) && compared.Exists(at => id.StartsWith(SchemaSight.Prefix(dataset, at), StringComparison.Ordinal)))
            .Select(id => new SchemaChange { ChangeId = id, Source = source, Connection = connectionName, Dataset = dataset, Deleted = true }));
        return changes;
    }
}
