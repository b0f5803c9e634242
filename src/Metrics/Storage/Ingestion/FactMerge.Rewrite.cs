namespace Metrics.Storage.Ingestion;

/// <summary>
/// Changes that no source has delivered: a batch that is taken back, and fields that somebody has put right. Both write versions of their own,
/// so that the history stays whole.
/// </summary>
internal sealed partial class FactMerge
{
    private const string ByPeople = "('revert', 'correction')";

    /// <summary>
    /// Takes batches back: of every record that they wrote, the last version before counts again that was delivered and not taken back. One that
    /// there is none of is gone; its history has it. What was delivered later stays.
    /// </summary>
    /// <returns>Gone ones as less than none new, restored ones as changed.</returns>
    public async Task<RowCounts> RevertAsync(long[] batches, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(
            $"""
            create temporary table {Changes} on commit drop as
            select {Selected("b.\"row\" is null")}
            left join lateral (
              select h."row" from fact.history h join ingest.batch v on v.batch = h.batch_from
              where h.fact = '{fact.Name}' and h.key = {KeyOf("t")} and v.way not in {ByPeople} and not ingest.is_reverted(v.batch)
              order by h.place desc limit 1) b on true
            cross join lateral jsonb_populate_record(t, coalesce(b."row", to_jsonb(t))) r
            where t.batch = any($1) or (
              t.batch in (select w.batch from ingest.batch w where w.way in {ByPeople})
              and exists (select from fact.history h where h.fact = '{fact.Name}' and h.key = {KeyOf("t")} and h.batch_from = any($1)))
            """, cancellation, (object)batches);
        return await RewriteAsync(cancellation);
    }

    /// <summary>Gives corrected fields back what their source says of them.</summary>
    public Task<RowCounts> WithdrawAsync(long correcting, CancellationToken cancellation) => RewriteAsync(
        "select key, jsonb_object_agg(field, original) as fields from ingest.correction where fact = $1 and batch = $2 and ended_by = $3 group by key",
        [fact.Name, correcting, batch], cancellation);

    /// <summary>Gives fields the values that this batch has for them.</summary>
    public Task<RowCounts> CorrectAsync(CancellationToken cancellation) => RewriteAsync(
        "select key, jsonb_object_agg(field, value) as fields from ingest.correction where fact = $1 and batch = $2 group by key",
        [fact.Name, batch], cancellation);

    /// <param name="fields">A query of keys, each with the fields to be set.</param>
    private async Task<RowCounts> RewriteAsync(string fields, object[] arguments, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(
            $"""
            create temporary table {Changes} on commit drop as
            select {Selected("false")}
            join ({fields}) c on {HasKey("t", "c.key")}
            cross join lateral jsonb_populate_record(t, c.fields) r
            """, cancellation, arguments);
        return await RewriteAsync(cancellation);
    }

    private string Selected(string removed) =>
        $"""
        {Prefixed("t", key)}{string.Concat(own.Select(c => $", r.{c}"))}, r.updated_at, r.deleted_at is not null as deleted,
          null::timestamptz as seen_at, true as stated, t.batch as old_batch, to_jsonb(t) as old, t.deleted_at is not null as was_deleted,
          {removed} as removed
        from {table} t
        """;

    private async Task<RowCounts> RewriteAsync(CancellationToken cancellation)
    {
        await LayCorrectionsAsync(Changes, cancellation);

        // What is as it was, a correction being laid over it, is no change.
        await connection.ExecuteAsync(
            $"""
            delete from {Changes} m using {table} t
            where {SameKey("m")} and not m.removed and m.deleted = m.was_deleted
              {(own.Length > 0 ? $"and ({Prefixed("m", own)}) is not distinct from ({Prefixed("t", own)})" : "")}
            """, cancellation);
        await connection.ExecuteAsync($"analyze {Changes}", cancellation);
        await KeepHistoryAsync(cancellation);
        var removed = await connection.ExecuteAsync($"delete from {table} t using {Changes} m where {SameKey("m")} and m.removed", cancellation);
        string[] written = [.. own, "updated_at"];
        var restored = await connection.ExecuteAsync(
            $"""
            update {table} t set {string.Concat(written.Select(c => $"{c} = m.{c}, "))}batch = $1, deleted_at = case when m.deleted then m.updated_at end
            from {Changes} m where {SameKey("m")} and not m.removed
            """, cancellation, batch);
        return new RowCounts(-removed, restored, 0);
    }

    /// <summary>Notes what the source says of corrected fields, and lays the corrections over it.</summary>
    private async Task CorrectWinnersAsync(CancellationToken cancellation)
    {
        foreach (var field in await CorrectedAsync(cancellation))
        {
            var name = FactTables.Quote(field);
            await connection.ExecuteAsync(
                $"""
                update ingest.correction c set original = to_jsonb(w.{name})
                from {Winners} w left join {table} t on {SameKey("w")}
                where c.fact = $1 and c.field = $2 and c.ended_by is null and {HasKey("w", "c.key")}
                  and (t.source is null or w.updated_at >= t.updated_at) and w.{name} is not null and c.original is distinct from to_jsonb(w.{name})
                """, cancellation, fact.Name, field);
        }

        await LayCorrectionsAsync(Winners, cancellation);
    }

    private async Task LayCorrectionsAsync(string rows, CancellationToken cancellation)
    {
        foreach (var field in await CorrectedAsync(cancellation))
        {
            var name = FactTables.Quote(field);
            await connection.ExecuteAsync(
                $"""
                update {rows} w set {name} = (jsonb_populate_record(null::{table}, jsonb_build_object($2, c.value))).{name}
                from ingest.correction c
                where c.fact = $1 and c.field = $2 and c.ended_by is null and {HasKey("w", "c.key")}
                """, cancellation, fact.Name, field);
        }
    }

    /// <summary>The fields of this fact that some record has a correction of; hardly ever any.</summary>
    private async Task<IReadOnlyList<string>> CorrectedAsync(CancellationToken cancellation) => await connection.QueryAsync(
        "select distinct field from ingest.correction where fact = $1 and ended_by is null order by 1", r => r.GetString(0), cancellation, fact.Name);

    /// <summary>Whether a row has a key that was kept as JSON, part by part, so that the table's index can serve it.</summary>
    private string HasKey(string row, string json) => string.Join(" and ", fact.Keys
        .Select(k => (Name: FactTables.Quote(k.Name), PgType.Of(k).Name, k.IsRequired))
        .Prepend(("connection", "text", true)).Prepend(("source", "text", true))
        .Select((k, place) => $"{row}.{k.Item1} {(k.Item3 ? "=" : "is not distinct from")} ({json}->>{place})::{k.Item2}"));

    /// <summary>A row's key as <c>fact.history</c> has it.</summary>
    private string KeyOf(string row) => $"jsonb_build_array({Prefixed(row, key)})";
}
