using Metrics.Model.Facts;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>
/// Parts of facts that a batch holds completely: what is stored of them and not delivered becomes a tombstone. Records without
/// an id of their own, whose key ends in <c>#</c>, get their number among their equals, so that their order does not matter.
/// </summary>
internal sealed class DeliveredParts(NpgsqlConnection connection, IncomingPayload payload)
{
    /// <summary>Numbers records, and leaves out or completes each part. Runs on staged rows, under the merge lock.</summary>
    /// <param name="unread">How many records of the payload could not be read: an incomplete part replaces none that is stored.</param>
    /// <returns>The parts that stay as they were, as rejections.</returns>
    public async Task<List<RecordRejected>> ApplyAsync(
        IReadOnlyList<FactPart> parts, long unread, DateTimeOffset importedAt, CancellationToken cancellation)
    {
        var kept = new List<RecordRejected>();
        foreach (var fact in parts.Select(p => p.Fact).Distinct())
        {
            await NumberEqualsAsync(fact, cancellation);
            foreach (var part in parts.Where(p => p.Fact == fact))
            {
                if (unread == 0) await AddTombstonesAsync(part, importedAt, cancellation);
                else if (await LeaveOutAsync(part, cancellation)) kept.Add(Kept(part, unread));
            }
        }

        return kept;
    }

    private async Task NumberEqualsAsync(FactSchema fact, CancellationToken cancellation)
    {
        var staged = FactStaging.Name(fact);
        var id = FactTables.Quote(fact.Keys[^1].Name);
        await connection.ExecuteAsync(
            $"""
            update {staged} s set {id} = s.{id} || n.number
            from (
              select ordinal, row_number() over (partition by {FactTables.Key(fact)} order by ordinal) as number
              from {staged} where right({id}, 1) = '#'
            ) n where n.ordinal = s.ordinal
            """, cancellation);
    }

    private async Task AddTombstonesAsync(FactPart part, DateTimeOffset importedAt, CancellationToken cancellation)
    {
        var fact = part.Fact;
        var staged = FactStaging.Name(fact);
        var columns = string.Join(", ", fact.Columns.Select(c => FactTables.Quote(c.Name)));
        var (condition, values) = FactMerge.Condition("t", part, first: 4);

        // What came later than the delivery that is read again is none of its business.
        var isReplay = payload.Replays is not null;
        await ExecuteAsync(
            $"""
            insert into {staged} (ordinal, source, connection, {columns}, updated_at, stated, deleted)
            select -1, t.source, t.connection, {string.Join(", ", fact.Columns.Select(c => $"t.{FactTables.Quote(c.Name)}"))},
              {(isReplay ? "$3::timestamptz" : "greatest($3::timestamptz, t.updated_at + interval '1 microsecond')")}, true, true
            from {FactTables.Table(fact)} t
            where t.source = $1 and t.connection = $2 and t.deleted_at is null and {condition}
              {(isReplay ? "and t.updated_at <= $3::timestamptz" : "")}
              and not exists (select 1 from {staged} s where {SameKey(fact)})
            """, [payload.Source, payload.Connection, importedAt, .. values], cancellation);

        if (isReplay) return;

        // A row that comes back after it was gone is newer than its tombstone, whatever the clock says.
        var (again, same) = FactMerge.Condition("t", part, first: 3);
        await ExecuteAsync(
            $"""
            update {staged} s set updated_at = t.updated_at + interval '1 microsecond'
            from {FactTables.Table(fact)} t
            where t.source = $1 and t.connection = $2 and t.deleted_at is not null and {again}
              and {SameKey(fact)} and not s.deleted and s.updated_at <= t.updated_at
            """, [payload.Source, payload.Connection, .. same], cancellation);
    }

    /// <summary>Whether something of the part is stored; then nothing of it stays staged.</summary>
    private async Task<bool> LeaveOutAsync(FactPart part, CancellationToken cancellation)
    {
        var (stored, values) = FactMerge.Condition("t", part, first: 3);
        await using var asked = connection.Command(
            $"select exists (select 1 from {FactTables.Table(part.Fact)} t where t.source = $1 and t.connection = $2 and t.deleted_at is null and {stored})",
            [payload.Source, payload.Connection, .. values]);
        if (await asked.ExecuteScalarAsync(cancellation) is not true) return false;
        var (delivered, same) = FactMerge.Condition("s", part, first: 1);
        await ExecuteAsync($"delete from {FactStaging.Name(part.Fact)} s where {delivered}", [.. same], cancellation);
        return true;
    }

    private RecordRejected Kept(FactPart part, long unread) => new(
        $"{payload.Name}, {part}", part.ToString(),
        $"{unread} of the records delivered could not be read, so this part stays as it was delivered before; mend them, or have it delivered again");

    private Task<int> ExecuteAsync(string sql, object?[] values, CancellationToken cancellation) => connection.ExecuteAsync(sql, cancellation, values);

    private static string SameKey(FactSchema fact) => string.Join(" and ", FactTables.Key(fact).Split(", ").Select(k =>
        fact.Keys.Any(c => FactTables.Quote(c.Name) == k && !c.IsRequired) ? $"s.{k} is not distinct from t.{k}" : $"s.{k} = t.{k}"));
}
