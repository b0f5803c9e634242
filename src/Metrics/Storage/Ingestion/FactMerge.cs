using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>
/// Brings staged records into their table. Of one key the higher version wins; of equal versions a terminal state, then the
/// greater row by bytes; within a batch the later row. Of rows made of fragments the last one stands, for it is made of most. A row
/// equal to the stored one keeps its batch and marks nothing. A replay reads the same version anew and so wins over it, unless the
/// row has been found deleted since.
/// </summary>
internal sealed partial class FactMerge(FactSchema fact, NpgsqlConnection connection, long batch, bool isReplay = false)
{
    private readonly string table = FactTables.Table(fact);
    private readonly string key = FactTables.Key(fact);
    private readonly string[] own = [.. fact.Columns.Where(c => !c.IsKey).Select(c => FactTables.Quote(c.Name))];
    private readonly FactColumn? state = fact.Columns.FirstOrDefault(c => c.ValueType.IsEnum && FactWords.Terminal(c.ValueType).Count > 0);

    /// <summary>The batch's record of each key.</summary>
    public string Winners { get; private set; } = $"winner_{fact.Name}";

    /// <summary>
    /// The table of what the batch says of a catalogue fact, of any moment: what is over by now is still part of the history.
    /// </summary>
    public string Said { get; private set; } = FactStaging.Name(fact);

    /// <summary>Those of them that are new or differ from the stored row; <c>old</c> is that row.</summary>
    public string Changes => $"change_{fact.Name}";

    public async Task<RowCounts> RunAsync(WriteMode mode, CancellationToken cancellation)
    {
        await FindWinnersAsync(mode, cancellation);
        if (mode == WriteMode.Merge) Said = Winners;
        if (fact.Catalogue is null) await CorrectWinnersAsync(cancellation);
        var newer = mode switch
        {
            WriteMode.Merge => null,
            WriteMode.Composed => "t.deleted_at is null or w.updated_at > t.updated_at",
            _ => Newer(),
        };
        return await WriteAsync(newer, mode, cancellation);
    }

    /// <summary>
    /// Compares a whole listing, staged as keys, with what is stored of a part: what is not listed gets a tombstone, what is listed
    /// and has one comes back. Both keep their version, so that a newer one of the source's own always counts. Rows that were
    /// written after the listing began are left alone.
    /// </summary>
    public async Task<RowCounts> SweepAsync(
        FactPart part, (string Source, string Connection) of, DateTimeOffset since, CancellationToken cancellation)
    {
        var (condition, values) = Condition("t", part, first: 4);
        var columns = string.Join(", ", fact.Columns.Select(c => $"t.{FactTables.Quote(c.Name)}"));
        await connection.ExecuteAsync(
            $"""
            create temporary table {Winners} on commit drop as
            select t.source, t.connection, {columns}, t.updated_at, false as stated, l.source is null as deleted,
              {(fact.Catalogue is null ? "null::timestamptz" : "$3::timestamptz")} as seen_at, 0 as ordinal
            from {table} t
            left join (select distinct {key} from {FactStaging.Name(fact)}) l on {SameKey("l")}
            where t.source = $1 and t.connection = $2 and {condition} and (l.source is null) = (t.deleted_at is null)
              and not exists (select 1 from ingest.batch b where b.batch = t.batch and b.started_at >= $3)
            """, cancellation, [of.Source, of.Connection, since, .. values]);
        await connection.ExecuteAsync($"analyze {Winners}", cancellation);
        return await WriteAsync("true", WriteMode.Upsert, cancellation);
    }

    private async Task<RowCounts> WriteAsync(string? newer, WriteMode mode, CancellationToken cancellation)
    {
        await FindChangesAsync(mode, newer ?? "true", cancellation);
        await KeepHistoryAsync(cancellation);
        await UpsertAsync(cancellation);
        return (await connection.QueryAsync(
            $"""
            select count(*) filter (where old is null), count(*) filter (where old is not null),
              (select count(*) from {Winners}) - count(*) from {Changes}
            """,
            r => new RowCounts(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), cancellation))[0];
    }

    private async Task FindWinnersAsync(WriteMode mode, CancellationToken cancellation)
    {
        var staged = FactStaging.Name(fact);
        if (await IsEachKeyOnceAsync(staged, cancellation))
        {
            Winners = staged;
            await connection.ExecuteAsync($"analyze {Winners}", cancellation);
            return;
        }

        var latest = string.Concat(OwnColumns().Select(c =>
            $"first_value({c.Name}) over (partition by {key} order by {c.Known} is null, updated_at desc, ordinal desc) as {c.Name}, "));
        await connection.ExecuteAsync(
            mode == WriteMode.Merge
                ? $"""
                  create temporary table {Winners} on commit drop as
                  select distinct on ({key}) {key}, {latest} updated_at, stated, deleted, seen_at, ordinal
                  from {staged} order by {key}, updated_at desc, ordinal desc
                  """
                : $"""
                  create temporary table {Winners} on commit drop as
                  select distinct on ({key}) * from {staged} order by {key}, {(mode == WriteMode.Composed ? "" : "updated_at desc, ")}ordinal desc
                  """, cancellation);
        await connection.ExecuteAsync($"analyze {Winners}", cancellation);
    }

    /// <summary>As in most batches. Hashes are far cheaper than sorting; two keys of one hash only cost the sort.</summary>
    private async Task<bool> IsEachKeyOnceAsync(string staged, CancellationToken cancellation) =>
        await connection.ScalarAsync<bool>(
            $"select (select count(*) from {staged}) = (select count(*) from (select distinct hash_record_extended(row({key}), 0) from {staged}) k)",
            cancellation);

    /// <summary>Whether a row belongs to a part, as SQL; its values are parameters from a number on.</summary>
    internal static (string Sql, object[] Values) Condition(string row, FactPart part, int first)
    {
        var values = new List<object>();
        string[] conditions =
        [
            "true",
            .. part.Values.Select(v => $"{Column(v.Column)} = {Next(v.Value)}"),
            .. part.Starts.Select(s => $"starts_with({Column(s.Column)}, {Next(s.Prefix)})"),
            .. part.Spans.Select(s => $"{Column(s.Column)} >= {Next(s.From)} and {Column(s.Column)} < {Next(s.To)}"),
        ];
        return (string.Join(" and ", conditions), [.. values]);

        string Column(string name) => $"{row}.{FactTables.Quote(name)}";

        string Next(object value)
        {
            values.Add(value);
            return $"${first + values.Count - 1}";
        }
    }

    /// <summary>Whether the batch's row <c>w</c> wins over the stored row <c>t</c>.</summary>
    private string Newer() => isReplay
        ? $"({Rank("w", "w.updated_at", bytes: false)}) >= ({Rank("t", "t.updated_at", bytes: false)}) " +
          "and (t.deleted_at is null or w.updated_at > t.updated_at)"
        : $"({Rank("w", "w.updated_at")}) > ({Rank("t", "t.updated_at")})";

    private async Task FindChangesAsync(WriteMode mode, string newer, CancellationToken cancellation)
    {
        (string Name, string Value)[] values =
        [
            .. OwnColumns().Select(c => (c.Name, mode == WriteMode.Merge
                ? $"case when w.updated_at >= t.updated_at or t.source is null then coalesce({c.KnownIn("w")}, t.{c.Name}, w.{c.Name}) " +
                  $"else coalesce({c.KnownIn("t")}, w.{c.Name}, t.{c.Name}) end"
                : $"w.{c.Name}")),
        ];
        var differs = values.Length == 0
            ? "false"
            : $"({string.Join(", ", values.Select(v => v.Value))}) is distinct from ({Prefixed("t", own)})";
        await connection.ExecuteAsync(
            $"""
            create temporary table {Changes} on commit drop as
            select {Prefixed("w", key)}{string.Concat(values.Select(v => $", {v.Value} as {v.Name}"))},
              greatest(w.updated_at, t.updated_at) as updated_at, w.deleted, w.seen_at, w.stated, w.ordinal,
              t.batch as old_batch, case when t.source is not null then to_jsonb(t) end as old
            from {Winners} w left join {table} t on {SameKey("w")}
            where t.source is null {(mode == WriteMode.Composed ? "and not w.deleted" : "")}
              or t.source is not null and ({newer}) and (w.deleted <> (t.deleted_at is not null) or {differs})
            """, cancellation);
        await connection.ExecuteAsync($"analyze {Changes}", cancellation);

        // A version that the source states counts even where the row is the same: an older one that comes later must lose.
        if (!await connection.ScalarAsync<bool>($"select exists (select 1 from {Winners} where stated)", cancellation)) return;
        await connection.ExecuteAsync(
            $"""
            update {table} t set updated_at = w.updated_at from {Winners} w
            where {SameKey("w")} and w.stated and w.updated_at > t.updated_at
              and not exists (select 1 from {Changes} c where {SameKey("c", "w")})
            """, cancellation);
    }

    private async Task KeepHistoryAsync(CancellationToken cancellation) =>
        await connection.ExecuteAsync(
            $"""
            insert into fact.history (fact, key, "row", batch_from, batch_to)
            select '{fact.Name}', jsonb_build_array({key}), old, old_batch, $1 from {Changes} where old is not null
            """, cancellation, batch);

    /// <summary>
    /// New rows go in as they came, which is the order of time in most files, and without looking for a row of their key: there is
    /// none, and no other batch writes meanwhile.
    /// </summary>
    private async Task UpsertAsync(CancellationToken cancellation)
    {
        string[] written = [.. own, "updated_at", "batch", "deleted_at"];
        var insert =
            $"""
            insert into {table} ({key}, {string.Join(", ", written)})
            select {key}{string.Concat(own.Select(c => ", " + c))}, updated_at, $1, case when deleted then updated_at end
            from {Changes}
            """;
        var added = await connection.ExecuteAsync($"{insert} where old is null order by ordinal", cancellation, batch);
        await connection.ExecuteAsync(
            $"{insert} where old is not null on conflict ({key}) do update set {string.Join(", ", written.Select(c => $"{c} = excluded.{c}"))}",
            cancellation, batch);

        // Planned from what it was before, what follows would go through a table that has grown by half row by row.
        if (await connection.ScalarAsync<bool>(
            "select $1 > 10000 and $1 > reltuples / 2 from pg_class where oid = $2::regclass", cancellation, added, table))
            await connection.ExecuteAsync($"analyze {table}", cancellation);
    }

    /// <summary>The columns beside the key; an empty list is as unknown as null.</summary>
    private IEnumerable<OwnColumn> OwnColumns() =>
        fact.Columns.Where(c => !c.IsKey).Select(c => new OwnColumn(FactTables.Quote(c.Name), c.IsList));

    private sealed record OwnColumn(string Name, bool IsList)
    {
        public string Known => IsList ? $"nullif({Name}, '{{}}')" : Name;

        public string KnownIn(string row) => IsList ? $"nullif({row}.{Name}, '{{}}')" : $"{row}.{Name}";
    }

    /// <summary>Nullable parts compare as values; the others by plain equality, which an index can serve.</summary>
    private string SameKey(string left, string right = "t") =>
        string.Join(" and ", fact.Keys
            .Select(k => (Name: FactTables.Quote(k.Name), k.IsRequired))
            .Prepend(("connection", true)).Prepend(("source", true))
            .Select(k => k.Item2 ? $"{right}.{k.Item1} = {left}.{k.Item1}" : $"{right}.{k.Item1} is not distinct from {left}.{k.Item1}"));

    private string Rank(string row, string version, bool bytes = true)
    {
        var ended = state is null
            ? "false"
            : $"coalesce({row}.{FactTables.Quote(state.Name)} in ({string.Join(", ", FactWords.Terminal(state.ValueType).Select(w => $"'{w}'"))}), false)";
        var text = own.Length == 0 || !bytes ? "''" : $"row({Prefixed(row, own)})::text collate \"C\"";
        return $"{version}, {ended}, {text}";
    }

    private static string Prefixed(string alias, string[] columns) => string.Join(", ", columns.Select(c => $"{alias}.{c}"));

    private static string Prefixed(string alias, string list) => Prefixed(alias, list.Split(", "));
}
