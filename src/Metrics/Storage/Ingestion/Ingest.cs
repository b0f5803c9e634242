using Metrics.Model.Facts;
using Metrics.Storage.Catalogue;
using Metrics.Storage.Schemas;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>
/// Writes what sources deliver. A payload is landed and committed first; its records then follow in one transaction, with the
/// catalogue's history, the outputs they imply, coverage and stale marks. A batch is wholly there or not at all.
/// </summary>
/// <param name="precedence">Sources whose word counts more in the catalogue, the most trusted first.</param>
public sealed class Ingest(NpgsqlDataSource database, TimeProvider clock, IReadOnlyList<string> precedence)
{
    /// <summary>Held by a batch from its first change to its commit: one batch merges at a time.</summary>
    internal const long MergeLock = 0x6d65_7472_6963_7302;

    private const int RejectionsReported = 100;

    /// <exception cref="StorageException">The database failed; nothing of the batch was written but the landed payload.</exception>
    public async Task<BatchReport> WriteAsync(IncomingPayload payload, CancellationToken cancellation = default)
    {
        long? batch = null;
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            var now = payload.Replays is null ? payload.ReceivedAt ?? clock.GetUtcNow() : clock.GetUtcNow();
            batch = payload.Replays is null
                ? await Landing.LandAsync(connection, payload, now, cancellation)
                : await Landing.ReopenAsync(connection, payload, now, cancellation);
            return await WriteRecordsAsync(connection, payload, batch.Value, now, cancellation);
        }
        catch (Exception failure) when (StorageException.Of(failure, payload.Name) is not null)
        {
            await NoteFailureAsync(batch, StorageException.Of(failure, payload.Name)!.Message);
            throw StorageException.Of(failure, payload.Name)!;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            await NoteFailureAsync(batch, failure.Message);
            throw;
        }
    }

    /// <summary>
    /// Compares a whole listing of a part with what is stored: what is gone gets a tombstone, what is back loses it.
    /// </summary>
    /// <param name="since">When the listing began; what was written later is left alone.</param>
    /// <exception cref="StorageException">The database failed; nothing was changed.</exception>
    public async Task<BatchReport> SweepAsync(
        string source, string key, FactPart part, IAsyncEnumerable<Fact> existing, DateTimeOffset since, CancellationToken cancellation = default)
    {
        var name = $"sweep of {part}";
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var now = clock.GetUtcNow();
            var staging = new FactStaging(part.Fact, connection, key, now);
            await staging.EnsureAsync(cancellation);
            await foreach (var record in existing.WithCancellation(cancellation)) await staging.AddAsync(record, cancellation);
            await staging.FlushAsync(cancellation);
            var batch = await Landing.OpenBatchAsync(
                connection, IncomingPayload.Without(source, key, name, IngestWay.Sweep), "", now, cancellation);
            var counts = await MergeAsync(
                connection, batch, source, [part.Fact], [], (merge, _) => merge.SweepAsync(part, (source, key), since, cancellation),
                isReplay: false, cancellation);
            await CloseAsync(connection, batch, [part.Fact], counts, 0, now, cancellation);
            await transaction.CommitAsync(cancellation);
            return new BatchReport(batch, name) { Facts = counts };
        }
        catch (Exception failure) when (StorageException.Of(failure, name) is not null)
        {
            throw StorageException.Of(failure, name)!;
        }
    }

    private async Task<BatchReport> WriteRecordsAsync(
        NpgsqlConnection connection, IncomingPayload payload, long batch, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var received = payload.ReceivedAt ?? now;
        var staged = await StageAsync(connection, payload, batch, received, cancellation);
        await connection.ExecuteAsync("select pg_advisory_xact_lock($1)", cancellation, MergeLock);
        await ComposeAsync(connection, payload, staged, batch, received, cancellation);
        foreach (var change in await staged.Schemas.ChangesAsync(cancellation))
            await staged.AddComposedAsync(change, connection, payload.Connection, received, cancellation);
        foreach (var table in staged.Tables.Values) await table.FlushAsync(cancellation);
        var kept = await new DeliveredParts(connection, payload).ApplyAsync(staged.Parts, staged.Rejected, received, cancellation);
        kept.ForEach(staged.Reject);
        await RejectAsync(connection, batch, kept, cancellation);
        var counts = await MergeAsync(
            connection, batch, payload.Source, staged.Facts, staged.Aliases,
            (merge, fact) => merge.RunAsync(staged.ModeOf(fact, payload), cancellation), payload.Replays is not null, cancellation);
        await Coverage.AddAsync(connection, payload, batch, [.. staged.Covered, .. payload.Covered], received, cancellation);
        await ConnectionStore.KeepAsync(connection, payload, batch, now, cancellation);
        await CloseAsync(connection, batch, staged.Facts, counts, staged.Rejected, now, cancellation);
        await LogAsync(connection, payload, batch, counts, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return new BatchReport(batch, payload.Name)
        {
            Facts = counts,
            Rejections = staged.Rejections,
            Rejected = staged.Rejected,
            Remarks = staged.Remarks,
        };
    }

    /// <summary>Brings staged facts into their tables, with catalogue, outputs and stale marks.</summary>
    private async Task<SortedDictionary<string, RowCounts>> MergeAsync(
        NpgsqlConnection connection, long batch, string source, IReadOnlyList<FactSchema> facts, IReadOnlyList<AliasSeen> aliases,
        Func<FactMerge, FactSchema, Task<RowCounts>> run, bool isReplay, CancellationToken cancellation)
    {
        await connection.ExecuteAsync("select pg_advisory_xact_lock($1)", cancellation, MergeLock);
        var touches = new Touches(connection, batch);
        var catalogue = new CatalogueStore(connection, touches, precedence, batch);
        var outputs = new EffectiveOutputs(connection, touches);
        var counts = new SortedDictionary<string, RowCounts>(StringComparer.Ordinal);
        foreach (var fact in facts)
        {
            var merge = new FactMerge(fact, connection, batch, isReplay);
            counts[fact.Name] = await run(merge, fact);
            if (fact.Catalogue is not null) await catalogue.AssertAsync(fact, merge.Said, cancellation);
            else await touches.MarkAsync(fact, merge.Changes, cancellation);
            if (fact.Name is "pipeline_run" or "run_output") await outputs.AddAsync(merge.Changes, cancellation);
        }

        if (await catalogue.AddAliasesAsync(source, aliases, cancellation) is { Count: > 0 } renamed)
            await outputs.AddDatasetsAsync(renamed, cancellation);
        if (facts.Any(f => f.Name == "pipeline") && await HasChangedPipelinesAsync(connection, cancellation))
            await outputs.AddPipelinesAsync(CatalogueStore.ChangedPipelines, cancellation);
        await outputs.RefreshAsync(cancellation);
        return counts;
    }

    private static async Task<Staged> StageAsync(
        NpgsqlConnection connection, IncomingPayload payload, long batch, DateTimeOffset received, CancellationToken cancellation)
    {
        var staged = new Staged { Schemas = new SchemaHistory(connection, payload.Source, payload.Connection, batch) };
        var staging = staged.Tables;
        var pending = new List<RecordRejected>();
        var fragments = new FragmentStaging(connection);
        var read = 0L;
        await foreach (var reading in payload.Readings.WithCancellation(cancellation))
        {
            switch (reading)
            {
                case RecordRead { Record: var record }:
                    if (!staging.TryGetValue(record.GetType(), out var table))
                        staging[record.GetType()] = table = new FactStaging(FactSchema.Of(record), connection, payload.Connection, received);
                    await table.AddAsync(record, cancellation);
                    break;
                case RecordRejected rejected:
                    staged.Reject(rejected);
                    pending.Add(rejected);
                    if (pending.Count >= 1000) await RejectAsync(connection, batch, pending, cancellation);
                    break;
                case TimeCovered covered:
                    staged.Covered.Add(covered);
                    break;
                case AliasSeen alias:
                    staged.Aliases.Add(alias);
                    break;
                case FragmentSeen fragment:
                    await fragments.AddAsync(fragment, cancellation);
                    break;
                case PartRead { Part: var part }:
                    staged.Parts.Add(part);
                    break;
                case SchemaSeen schema:
                    await staged.Schemas.AddAsync(schema, cancellation);
                    break;
                case Remark remark:
                    staged.Remarks.Add(remark.Text);
                    break;
            }

            if (++read % 5000 == 0) payload.Progress?.Invoke(read);
        }

        payload.Progress?.Invoke(read);

        // An empty part is a part too: what was in it is gone.
        foreach (var fact in staged.Parts.Select(p => p.Fact).Distinct())
        {
            staging.TryAdd(fact.Type, new FactStaging(fact, connection, payload.Connection, received));
            await staging[fact.Type].EnsureAsync(cancellation);
        }

        foreach (var table in staging.Values) await table.FlushAsync(cancellation);
        await fragments.FlushAsync(cancellation);
        await staged.Schemas.FlushAsync(cancellation);
        staged.HasFragments = fragments.Any;
        await RejectAsync(connection, batch, pending, cancellation);
        return staged;
    }

    /// <summary>Brings the fragments together with those known before, and stages the records that the source makes of them.</summary>
    private static async Task ComposeAsync(
        NpgsqlConnection connection, IncomingPayload payload, Staged staged, long batch, DateTimeOffset received, CancellationToken cancellation)
    {
        if (!staged.HasFragments) return;
        var compose = payload.Compose
            ?? throw new InvalidOperationException($"The source {payload.Source} delivers fragments and does not say what they make up.");
        var rejected = new List<RecordRejected>();
        await foreach (var reading in new FragmentStore(connection, payload, batch).ComposeAsync(compose, cancellation))
        {
            switch (reading)
            {
                case RecordRead { Record: var record }:
                    await staged.AddComposedAsync(record, connection, payload.Connection, received, cancellation);
                    break;
                case RecordRejected refused:
                    staged.Reject(refused);
                    rejected.Add(refused);
                    break;
            }
        }

        await RejectAsync(connection, batch, rejected, cancellation);
    }

    private static async Task RejectAsync(
        NpgsqlConnection connection, long batch, List<RecordRejected> pending, CancellationToken cancellation)
    {
        if (pending.Count == 0) return;
        await connection.ExecuteAsync(
            """
            insert into ingest.rejected (batch, place, payload, reason)
            select $1, r.place, r.payload, r.reason from unnest($2::text[], $3::text[], $4::text[]) as r(place, payload, reason)
            """, cancellation, batch,
            pending.Select(r => r.Place).ToArray(),
            pending.Select(r => r.Payload.Replace("\0", "\uFFFD", StringComparison.Ordinal)).ToArray(),
            pending.Select(r => r.Reason.Replace("\0", "\uFFFD", StringComparison.Ordinal)).ToArray());
        pending.Clear();
    }

    /// <summary>What a person brought about, and not a source by itself, is in the audit log; a replay that changes nothing is not.</summary>
    private static async Task LogAsync(
        NpgsqlConnection connection, IncomingPayload payload, long batch, SortedDictionary<string, RowCounts> counts, DateTimeOffset now,
        CancellationToken cancellation)
    {
        if (payload.By is not { } by) return;
        var (added, changed) = (counts.Values.Sum(c => c.New), counts.Values.Sum(c => c.Changed));
        if (payload.Note is { } note)
            await AuditLog.AppendAsync(connection, now, by, note.Action, note.Subject, note.Detail, cancellation);
        else if (payload.Replays is { } replayed && added + changed > 0)
            await AuditLog.AppendAsync(
                connection, now, by, "payload.replayed", $"batch {replayed}", new { name = payload.Name, batch, added, changed, reason = payload.Reason }, cancellation);
    }

    /// <summary>Marks a batch as written, with what it did.</summary>
    internal static async Task CloseAsync(
        NpgsqlConnection connection, long batch, IReadOnlyList<FactSchema> facts, SortedDictionary<string, RowCounts> counts, long rejected,
        DateTimeOffset now, CancellationToken cancellation)
    {
        var extents = facts.Where(f => f.Catalogue is null).SelectMany(f => f.Times.Select(t =>
            $"select {FactTables.Quote(t.Name)}::timestamptz as at from change_{f.Name}")).ToList();
        var extent = extents.Count == 0 ? "select null::timestamptz as at" : string.Join(" union all ", extents);
        await connection.ExecuteAsync(
            $"""
            update ingest.batch set state = 'committed', committed_at = $2, committed_xid = pg_current_xact_id(),
              rows_new = $3, rows_changed = $4, rows_same = $5, rows_rejected = $6, first_at = e.first_at, last_at = e.last_at
            from (select min(at) as first_at, max(at) as last_at from ({extent}) x) e
            where batch = $1
            """, cancellation, batch, now,
            counts.Values.Sum(c => c.New), counts.Values.Sum(c => c.Changed), counts.Values.Sum(c => c.Same), rejected);
        await connection.ExecuteAsync(
            """
            insert into ingest.batch_fact (batch, fact, rows_new, rows_changed, rows_same)
            select $1, * from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
            """, cancellation, batch, counts.Keys.ToArray(), counts.Values.Select(c => c.New).ToArray(),
            counts.Values.Select(c => c.Changed).ToArray(), counts.Values.Select(c => c.Same).ToArray());
    }

    internal static Task<bool> HasChangedPipelinesAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        connection.ScalarAsync<bool>($"select to_regclass('{CatalogueStore.ChangedPipelines}') is not null", cancellation);

    /// <summary>Best effort: where the database is gone, the batch stays "landed", which says as much.</summary>
    private async Task NoteFailureAsync(long? batch, string message)
    {
        if (batch is null) return;
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            await connection.ExecuteAsync(
                "update ingest.batch set state = 'failed', error = $2 where batch = $1", CancellationToken.None, batch, message);
        }
        catch (Exception gone) when (gone is NpgsqlException or InvalidOperationException)
        {
        }
    }

    private sealed class Staged
    {
        public Dictionary<Type, FactStaging> Tables { get; } = [];

        /// <summary>Pipelines before runs: what a run implies depends on its pipeline's outputs.</summary>
        public IReadOnlyList<FactSchema> Facts =>
            [.. Tables.Values.Select(t => t.Fact).OrderBy(f => f.Catalogue is null).ThenBy(f => f.Name, StringComparer.Ordinal)];

        /// <summary>Facts whose records were made of fragments.</summary>
        public HashSet<FactSchema> Composed { get; } = [];

        public bool HasFragments { get; set; }

        /// <summary>The columns of datasets.</summary>
        public required SchemaHistory Schemas { get; init; }

        public List<RecordRejected> Rejections { get; } = [];
        public List<TimeCovered> Covered { get; } = [];
        public List<AliasSeen> Aliases { get; } = [];
        public List<FactPart> Parts { get; } = [];
        public List<string> Remarks { get; } = [];
        public long Rejected { get; private set; }

        /// <summary>What the catalogue says holds from a moment on, whoever found it out.</summary>
        public WriteMode ModeOf(FactSchema fact, IncomingPayload payload) =>
            fact.Catalogue is null && Composed.Contains(fact) ? WriteMode.Composed : payload.Mode;

        public Task AddComposedAsync(
            Fact record, NpgsqlConnection connection, string key, DateTimeOffset received, CancellationToken cancellation)
        {
            if (!Tables.TryGetValue(record.GetType(), out var table))
                Tables[record.GetType()] = table = new FactStaging(FactSchema.Of(record), connection, key, received);
            Composed.Add(table.Fact);
            return table.AddAsync(record, cancellation);
        }

        public void Reject(RecordRejected rejected)
        {
            Rejected++;
            if (Rejections.Count < RejectionsReported) Rejections.Add(rejected);
        }
    }
}
