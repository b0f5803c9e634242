using System.Collections.Immutable;
using System.Text.Json;
using Metrics.Model.Facts;
using Metrics.Storage.Ingestion;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Storage.Catalogue;

/// <summary>
/// Keeps what the sources say of datasets, teams, pipelines, checks and lineage, and derives their history from it.
/// </summary>
internal sealed class CatalogueStore(
    NpgsqlConnection connection, Touches touches, IReadOnlyList<string> precedence, long batch)
{
    private const string KeySeparator = "→";

    /// <summary>Pipelines whose versions changed, for <see cref="EffectiveOutputs"/>.</summary>
    public const string ChangedPipelines = "changed_pipeline";

    /// <summary>Keeps the batch's records of a catalogue fact as assertions; derives the entities they speak of.</summary>
    /// <param name="said">The table of the records; an entity may be there as of several moments.</param>
    public async Task AssertAsync(FactSchema fact, string said, CancellationToken cancellation)
    {
        var named = fact.Columns.First(c => c.IsRequired);
        var id = IdOf(fact);
        var kind = fact.Name is "dataset" or "team" ? fact.Name : null;
        var from = fact.Keys.FirstOrDefault(k => k.Name == "valid_from") is null ? null : "valid_from";
        var exact = from is null ? "false" : "seen_at is null";
        var at = from is null
            ? "coalesce(seen_at, updated_at)"
            : "case when seen_at is null then coalesce(valid_from, '-infinity') else seen_at end";
        var attributes = AttributesOf(fact);
        await connection.ExecuteAsync(
            $"""
            create temporary table asserted_{fact.Name} on commit drop as
            select distinct on (source, connection, id, exact, at) * from (
              select source, connection, {id} as id, {exact} as exact, {at} as at, not deleted as present,
                case when deleted then '{"{}"}' else jsonb_strip_nulls({attributes}) end as attributes, updated_at, stated, ordinal
              from {said} where {FactTables.Quote(named.Name)} is not null) s
            order by source, connection, id, exact, at, updated_at desc, ordinal desc
            """, cancellation);

        // Re-importing a file that states no versions says nothing new: it would only repeat the latest assertion.
        var changed = await connection.QueryAsync(
            $"""
            insert into catalog.assertion as t (entity, source, connection, id, exact, at, present, attributes, version, batch)
            select '{fact.Name}', source, connection, id, exact, at, present, attributes, updated_at, $1
            from asserted_{fact.Name} s
            where exact or stated or not coalesce((
              select l.present = s.present and l.attributes = s.attributes from catalog.assertion l
              where l.entity = '{fact.Name}' and l.id = s.id and l.source = s.source and l.connection = s.connection
                and not l.exact order by l.at desc limit 1), false)
            on conflict (entity, id, source, connection, exact, at) do update
              set present = excluded.present, attributes = excluded.attributes, version = excluded.version, batch = excluded.batch
              where (excluded.version, excluded.attributes::text collate "C") >= (t.version, t.attributes::text collate "C")
                and (t.present, t.attributes) is distinct from (excluded.present, excluded.attributes)
            returning t.source, t.connection, t.id
            """,
            r => (Source: r.GetString(0), Connection: r.GetString(1), Id: r.GetString(2)), cancellation, batch);
        if (kind is null)
            foreach (var group in changed.GroupBy(c => (c.Source, c.Connection)))
                await DeriveAsync(fact, group.Key.Source, group.Key.Connection, [.. group.Select(c => c.Id).Distinct()], cancellation);
        else
            await DeriveAsync(fact, "", "", [.. changed.Select(c => c.Id).Distinct()], cancellation);
    }

    /// <summary>Takes back what batches said; what they had replaced counts again, and the entities are derived anew.</summary>
    public async Task WithdrawAsync(long[] batches, CancellationToken cancellation)
    {
        var said = await connection.QueryAsync(
            "delete from catalog.assertion where batch = any($1) returning entity, source, connection, id, exact, at",
            r => (Entity: r.GetString(0), Source: r.GetString(1), Connection: r.GetString(2), Id: r.GetString(3), Exact: r.GetBoolean(4), At: r.GetDateTime(5)),
            cancellation, (object)batches);
        if (said.Count == 0) return;
        await connection.ExecuteAsync(
            """
            insert into catalog.assertion (entity, source, connection, id, exact, at, present, attributes, version, batch)
            select distinct on (h.entity, h.id, h.source, h.connection, h.exact, h.at)
              h.entity, h.source, h.connection, h.id, h.exact, h.at, h.present, h.attributes, h.version, h.batch
            from catalog.assertion_history h
            join unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::timestamptz[]) as s(entity, source, connection, id, exact, at)
              using (entity, source, connection, id, exact, at)
            where not ingest.is_reverted(h.batch)
            order by h.entity, h.id, h.source, h.connection, h.exact, h.at, h.place desc
            """, cancellation, said.Select(s => s.Entity).ToArray(), said.Select(s => s.Source).ToArray(), said.Select(s => s.Connection).ToArray(),
            said.Select(s => s.Id).ToArray(), said.Select(s => s.Exact).ToArray(), said.Select(s => (DateTime?)s.At).ToArray());
        foreach (var entity in said.GroupBy(s => s.Entity))
        {
            var fact = FactSchema.Named(entity.Key)!;
            var shared = fact.Catalogue!.Shared;
            foreach (var group in entity.GroupBy(s => shared ? ("", "") : (s.Source, s.Connection)))
                await DeriveAsync(fact, group.Key.Item1, group.Key.Item2, [.. group.Select(s => s.Id).Distinct()], cancellation);
        }
    }

    /// <summary>The SQL of an entity's id, from the columns of its record.</summary>
    public static string IdOf(FactSchema fact) =>
        string.Join($" || '{KeySeparator}' || ", fact.Keys.Where(k => k.IsRequired).Select(k => FactTables.Quote(k.Name)));

    /// <summary>The SQL of what a record says of its entity.</summary>
    public static string AttributesOf(FactSchema fact) =>
        string.Join(" || ", fact.Columns.Where(c => c.Name != "valid_from" || !c.IsKey).Select(c =>
            $"jsonb_build_object('{c.Name}', {FactTables.Quote(c.Name)})"));

    /// <summary>Keeps another name of a dataset or team; what it renames is derived again.</summary>
    /// <returns>The names whose meaning changed.</returns>
    public async Task<IReadOnlyList<string>> AddAliasesAsync(
        string source, IReadOnlyList<AliasSeen> aliases, CancellationToken cancellation)
    {
        var renamed = new List<string>();
        foreach (var alias in aliases.Where(a => a.Name != a.Target).DistinctBy(a => (a.Kind, a.Name)))
        {
            var before = await connection.ScalarAsync<string>(
                "select target from catalog.alias where kind = $1 and namespace = $2 and name = $3", cancellation,
                alias.Kind, source, alias.Name);
            if (before == alias.Target) continue;
            await connection.ExecuteAsync(
                """
                insert into catalog.alias (kind, namespace, name, target) values ($1, $2, $3, $4)
                on conflict (kind, namespace, name) do update set target = excluded.target
                """, cancellation, alias.Kind, source, alias.Name, alias.Target);
            List<string> touched = before is null ? [alias.Name, alias.Target] : [alias.Name, alias.Target, before];
            await DeriveAsync(FactSchema.Named(alias.Kind)!, "", "", touched, cancellation);
            renamed.AddRange(touched.Except([alias.Target]));
        }

        // A name that only facts use has no history that would differ; which days use it, nobody knows.
        if (renamed.Count > 0) await touches.MarkAsync(null, from: null, to: null, cancellation);
        return renamed;
    }

    private async Task DeriveAsync(
        FactSchema fact, string source, string key, List<string> ids, CancellationToken cancellation)
    {
        if (ids.Count == 0) return;
        var shared = fact.Catalogue!.Shared;
        var names = shared ? await ResolveAsync(fact.Name, ids, cancellation) : ids.ToDictionary(i => i, i => i);
        var targets = names.Values.Distinct().ToList();
        var assertions = (await connection.QueryAsync(
            """
            select id, source, connection, exact, at, present, attributes, batch from catalog.assertion
            where entity = $1 and id = any($2) and ($3 or (source = $4 and connection = $5))
            """, Read, cancellation, fact.Name, names.Keys.ToArray(), shared, source, key))
            .ToLookup(a => names[a.Id], a => a.Assertion);
        var before = (await connection.QueryAsync(
            """
            delete from catalog.version where entity = $1 and source = $2 and connection = $3 and id = any($4)
            returning id, lower(valid), upper(valid), attributes, origin, batch
            """, ReadVersion, cancellation, fact.Name, source, key, names.Keys.Concat(targets).Distinct().ToArray()))
            .ToLookup(v => v.Id, v => v.Version);

        var touched = new List<(DateTime? From, DateTime? To)>();
        var rows = new List<(string Id, CatalogueVersion Version)>();
        foreach (var target in targets)
        {
            var versions = CatalogueHistory.Derive(assertions[target], precedence);
            rows.AddRange(versions.Select(v => (target, v)));
            touched.AddRange(Differences([.. before[target].OrderBy(v => v.From ?? DateTime.MinValue)], versions));
        }

        await WriteAsync(fact, source, key, rows, cancellation);
        foreach (var (from, to) in touched.Distinct())
            await touches.MarkAsync(shared ? null : fact.Name, from, to, cancellation);
        if (fact.Name == "pipeline") await NotePipelinesAsync(source, key, targets, cancellation);
    }

    /// <summary>Every id that stands for one of these, with what it stands for.</summary>
    private async Task<Dictionary<string, string>> ResolveAsync(string kind, IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var aliases = await connection.QueryAsync(
            """
            with targets as (
              select coalesce((select target from catalog.alias where kind = $1 and name = i.id order by namespace limit 1), i.id) as id
              from unnest($2::text[]) as i(id))
            select a.name, a.target from catalog.alias a join targets t on t.id = a.target where a.kind = $1
            """, r => (Name: r.GetString(0), Target: r.GetString(1)), cancellation, kind, ids);
        var names = aliases.DistinctBy(a => a.Name).ToDictionary(a => a.Name, a => a.Target);
        foreach (var id in ids) names.TryAdd(id, id);
        foreach (var target in aliases.Select(a => a.Target)) names.TryAdd(target, target);
        return names;
    }

    private async Task WriteAsync(
        FactSchema fact, string source, string key, List<(string Id, CatalogueVersion Version)> rows, CancellationToken cancellation)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy catalog.version (entity, source, connection, id, valid, attributes, origin, batch) from stdin (format binary)",
            cancellation);
        foreach (var (id, version) in rows)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(fact.Name, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(source, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(key, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(id, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(Range(version), NpgsqlDbType.TimestampTzRange, cancellation);
            await copy.WriteAsync(Json(version.Attributes), NpgsqlDbType.Jsonb, cancellation);
            await copy.WriteAsync(version.Origin, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(version.Batch, NpgsqlDbType.Bigint, cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    private async Task NotePipelinesAsync(string source, string key, List<string> ids, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(
            $"create temporary table if not exists {ChangedPipelines} (source text, connection text, pipeline text) on commit drop",
            cancellation);
        await connection.ExecuteAsync(
            $"insert into {ChangedPipelines} select $1, $2, unnest($3::text[])", cancellation, source, key, ids);
    }

    /// <summary>The times over which the two histories differ, each as one span from its first to its last difference.</summary>
    private static IEnumerable<(DateTime? From, DateTime? To)> Differences(
        List<CatalogueVersion> before, IReadOnlyList<CatalogueVersion> after)
    {
        var kept = before.Where(b => after.Any(a => a.From == b.From && a.To == b.To && a.SameContent(b))).ToHashSet();
        return before.Where(b => !kept.Contains(b))
            .Concat(after.Where(a => !before.Any(b => b.From == a.From && b.To == a.To && b.SameContent(a))))
            .Select(v => (v.From, v.To));
    }

    private static (string Id, Assertion Assertion) Read(NpgsqlDataReader row)
    {
        var at = row.GetDateTime(4);
        return (row.GetString(0), new Assertion(
            row.GetString(1), row.GetString(2), row.GetBoolean(3), at == DateTime.MinValue ? null : at, row.GetBoolean(5),
            Attributes(row.GetString(6)), row.GetInt64(7)));
    }

    private static (string Id, CatalogueVersion Version) ReadVersion(NpgsqlDataReader row) =>
        (row.GetString(0), new CatalogueVersion(
            row.IsDBNull(1) ? null : row.GetDateTime(1), row.IsDBNull(2) ? null : row.GetDateTime(2),
            Attributes(row.GetString(3)), row.GetString(4), row.GetInt64(5)));

    private static ImmutableSortedDictionary<string, string> Attributes(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject()
            .Where(p => p.Value.ValueKind != JsonValueKind.Null)
            .Where(p => p.Value.ValueKind != JsonValueKind.Array || p.Value.GetArrayLength() > 0)
            .ToImmutableSortedDictionary(p => p.Name, p => p.Value.GetRawText(), StringComparer.Ordinal);
    }

    private static string Json(ImmutableSortedDictionary<string, string> attributes) =>
        "{" + string.Join(',', attributes.Select(a => $"{JsonSerializer.Serialize(a.Key)}:{a.Value}")) + "}";

    private static NpgsqlRange<DateTime> Range(CatalogueVersion version) => new(
        version.From ?? default, lowerBoundIsInclusive: true, lowerBoundInfinite: version.From is null,
        version.To ?? default, upperBoundIsInclusive: false, upperBoundInfinite: version.To is null);
}
