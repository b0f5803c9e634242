using System.Globalization;
using Metrics.Model.Facts;
using Metrics.Storage.Ingestion;
using Npgsql;

namespace Metrics.Storage.Catalogue;

/// <summary>A name that records use and the catalogue does not know.</summary>
/// <param name="Kind"><c>dataset</c> or <c>team</c>.</param>
/// <param name="Source">Whose records use it.</param>
/// <param name="Records">Those that it keeps unattributed.</param>
/// <param name="Share">Of all records of the source that name one, 0 to 1.</param>
/// <param name="Suggestions">Entries of the catalogue that look alike, at most three.</param>
public sealed record UnresolvedName(string Kind, string Source, string Name, long Records, double Share, IReadOnlyList<string> Suggestions);

/// <summary>Which names mean the same dataset or team (<c>catalog.alias</c>).</summary>
public sealed class IdentityStore(NpgsqlDataSource database, TimeProvider clock, IReadOnlyList<string> precedence)
{
    private const int Suggested = 3;

    /// <summary>The names that nothing is known of, those of most records first.</summary>
    public async Task<IReadOnlyList<UnresolvedName>> UnresolvedAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var known = (await connection.QueryAsync(
            "select distinct entity, id from catalog.version where entity in ('dataset', 'team')", r => (Kind: r.GetString(0), Id: r.GetString(1)), cancellation))
            .ToLookup(k => (k.Kind, Last(k.Id)), k => k.Id);
        var uses = string.Join(" union all ", Uses());
        return await connection.QueryAsync(
            $"""
            with used as (select kind, source, name, sum(records)::bigint as records from ({uses}) u group by kind, source, name),
            named as (
              select u.*, sum(records) over (partition by kind, source) as total, coalesce((
                select a.target from catalog.alias a where a.kind = u.kind and a.name = u.name and a.namespace in (u.source, '')
                order by a.namespace desc limit 1), u.name) as id
              from used u)
            select kind, source, name, records, records / nullif(total, 0)::float8 from named n
            where not exists (select 1 from catalog.version v where v.entity = n.kind and v.id = n.id)
            order by records desc, kind, source, name
            """,
            r => new UnresolvedName(
                r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetDouble(4),
                [.. known[(r.GetString(0), Last(r.GetString(2)))].Order(StringComparer.Ordinal).Take(Suggested)]), cancellation);
    }

    /// <summary>One more name for an entry of the catalogue. What is computed from it is computed again.</summary>
    /// <param name="source">Whose records use the name so; empty for all.</param>
    /// <returns>What is wrong; null where it is done.</returns>
    /// <exception cref="StorageException">The database failed; nothing was changed.</exception>
    public Task<string?> AliasAsync(
        string kind, string source, string name, string target, string by, string? reason, CancellationToken cancellation = default) =>
        ChangeAsync(kind, $"alias {kind} {name} = {target}", by, reason, async (connection, add) =>
        {
            if (name == target) return $"\"{name}\" cannot be another name of itself.";
            if (await LeadsAsync(connection, kind, target, cancellation) is { } chain) return chain;
            if (!await IsKnownAsync(connection, kind, target, cancellation)) return Unknown(kind, target);
            await add(source, new AliasSeen(kind, name, target));
            return null;
        }, cancellation);

    /// <summary>Gives an entry another name: everything that used the old one, other names included, means the new one.</summary>
    /// <returns>What is wrong; null where it is done.</returns>
    /// <exception cref="StorageException">The database failed; nothing was changed.</exception>
    public Task<string?> RenameAsync(string kind, string from, string to, string by, string? reason, CancellationToken cancellation = default) =>
        ChangeAsync(kind, $"rename {kind} {from} to {to}", by, reason, async (connection, add) =>
        {
            if (!await IsKnownAsync(connection, kind, from, cancellation)) return Unknown(kind, from);
            if (await IsKnownAsync(connection, kind, to, cancellation))
                return $"There is a {kind} \"{to}\" already; \"metrics identity merge\" makes one of the two.";
            await RedirectAsync(connection, add, kind, from, to, cancellation);
            return null;
        }, cancellation);

    /// <summary>Makes one of two entries: what was known of the first counts for the second.</summary>
    /// <returns>What is wrong; null where it is done.</returns>
    /// <exception cref="StorageException">The database failed; nothing was changed.</exception>
    public Task<string?> MergeAsync(string kind, string from, string into, string by, string? reason, CancellationToken cancellation = default) =>
        ChangeAsync(kind, $"merge {kind} {from} into {into}", by, reason, async (connection, add) =>
        {
            if (from == into) return $"\"{from}\" cannot be merged into itself.";
            if (!await IsKnownAsync(connection, kind, from, cancellation)) return Unknown(kind, from);
            if (!await IsKnownAsync(connection, kind, into, cancellation)) return Unknown(kind, into);
            await RedirectAsync(connection, add, kind, from, into, cancellation);
            return null;
        }, cancellation);

    /// <summary>Every other name, with what it stands for.</summary>
    public async Task<IReadOnlyList<(string Kind, string Source, string Name, string Target)>> AliasesAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(
            "select kind, namespace, name, target from catalog.alias order by kind, target, namespace, name",
            r => (r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3)), cancellation);
    }

    private static async Task RedirectAsync(
        NpgsqlConnection connection, Func<string, AliasSeen, Task> add, string kind, string from, string to, CancellationToken cancellation)
    {
        // What the new name stood for before, it no longer does: it is an entry of its own now.
        await connection.ExecuteAsync("delete from catalog.alias where kind = $1 and name = $2", cancellation, kind, to);
        var names = await connection.QueryAsync(
            "select namespace, name from catalog.alias where kind = $1 and target = $2", r => (Source: r.GetString(0), Name: r.GetString(1)), cancellation,
            kind, from);
        await add("", new AliasSeen(kind, from, to));
        foreach (var (source, name) in names) await add(source, new AliasSeen(kind, name, to));
    }

    private async Task<string?> ChangeAsync(
        string kind, string name, string by, string? reason, Func<NpgsqlConnection, Func<string, AliasSeen, Task>, Task<string?>> change, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await connection.ExecuteAsync("select pg_advisory_xact_lock($1)", cancellation, Ingest.MergeLock);
            var now = clock.GetUtcNow();
            var batch = await connection.ScalarAsync<long>(
                """
                insert into ingest.batch (source, name, way, mode, sha256, state, started_at, committed_at, committed_xid, brought_by, reason)
                values ('identity', $1, 'identity', 'upsert', '', 'committed', $2, $2, pg_current_xact_id(), $3, $4::text) returning batch
                """, cancellation, name, now, by, reason);
            var touches = new Touches(connection, batch);
            var catalogue = new CatalogueStore(connection, touches, precedence, batch);
            var outputs = new EffectiveOutputs(connection, touches);
            var wrong = await change(connection, async (source, alias) =>
            {
                if (await catalogue.AddAliasesAsync(source, [alias], cancellation) is { Count: > 0 } renamed)
                    await outputs.AddDatasetsAsync(renamed, cancellation);
            });
            if (wrong is not null) return wrong;
            await outputs.RefreshAsync(cancellation);

            // What was read with the other name is to be looked at again.
            await connection.ExecuteAsync(
                "insert into ingest.batch_fact (batch, fact, rows_new, rows_changed, rows_same) values ($1, $2, 0, 1, 0)", cancellation, batch, kind);
            await AuditLog.AppendAsync(connection, now, by, "identity.changed", name, new { batch, reason }, cancellation);
            await transaction.CommitAsync(cancellation);
            return null;
        }
        catch (Exception failure) when (StorageException.Of(failure, name) is not null)
        {
            throw StorageException.Of(failure, name)!;
        }
    }

    private static Task<bool> IsKnownAsync(NpgsqlConnection connection, string kind, string id, CancellationToken cancellation) =>
        connection.ScalarAsync<bool>("select exists (select 1 from catalog.version where entity = $1 and id = $2)", cancellation, kind, id);

    private static async Task<string?> LeadsAsync(NpgsqlConnection connection, string kind, string target, CancellationToken cancellation) =>
        await connection.ScalarAsync<string>("select target from catalog.alias where kind = $1 and name = $2 limit 1", cancellation, kind, target) is { } end
            ? $"\"{target}\" is itself another name of \"{end}\"; name that one."
            : null;

    private static string Unknown(string kind, string id) =>
        $"The catalogue has no {kind} \"{id}\". Import it first, or check the name: names are as the catalogue writes them.";

    /// <summary>One query per column that names datasets or teams: kind, source, name, records.</summary>
    private static IEnumerable<string> Uses() =>
        from fact in FactSchema.All
        where fact.Catalogue is null
        from column in fact.Columns
        where column.Name is "dataset" or "datasets" or "team" && column.ValueType == typeof(string)
        let kind = column.Name == "team" ? "team" : "dataset"
        let name = FactTables.Quote(column.Name)
        select string.Create(CultureInfo.InvariantCulture, $"select '{kind}' as kind, t.source, n.name, count(*) as records from {FactTables.Table(fact)} t ") +
            (column.IsList ? $"cross join lateral unnest(t.{name}) as n(name)" : $"cross join lateral (values (t.{name})) as n(name)") +
            " where t.deleted_at is null and n.name is not null group by t.source, n.name";

    /// <summary>The part after the last separator, whatever its case: what two systems' names of one table share.</summary>
    private static string Last(string name) => name[(name.LastIndexOfAny(['.', '/', ':']) + 1)..].ToUpperInvariant();
}
