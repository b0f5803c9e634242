using Metrics.Model.Facts;
using Metrics.Storage.Catalogue;
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
            var now = clock.GetUtcNow();
            batch = await Landing.LandAsync(connection, payload, now, cancellation);
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

    private async Task<BatchReport> WriteRecordsAsync(
        NpgsqlConnection connection, IncomingPayload payload, long batch, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var staged = await StageAsync(connection, payload, batch, now, cancellation);
        await connection.ExecuteAsync("select pg_advisory_xact_lock($1)", cancellation, MergeLock);
        var kept = await new DeliveredParts(connection, payload).ApplyAsync(staged.Parts, staged.Rejected, now, cancellation);
        kept.ForEach(staged.Reject);
        await RejectAsync(connection, batch, kept, cancellation);

        var touches = new Touches(connection, batch);
        var catalogue = new CatalogueStore(connection, touches, precedence, batch);
        var outputs = new EffectiveOutputs(connection, touches);
        var counts = new SortedDictionary<string, RowCounts>(StringComparer.Ordinal);
        foreach (var fact in staged.Facts)
        {
            var merge = new FactMerge(fact, connection, batch);
            counts[fact.Name] = await merge.RunAsync(payload.Mode, PartitionOf(payload, fact), now, cancellation);
            if (fact.Catalogue is not null) await catalogue.AssertAsync(fact, merge.Winners, cancellation);
            else await touches.MarkAsync(fact, merge.Changes, cancellation);
            if (fact.Name is "pipeline_run" or "run_output") await outputs.AddAsync(merge.Changes, cancellation);
        }

        if (await catalogue.AddAliasesAsync(payload.Source, staged.Aliases, cancellation) is { Count: > 0 } renamed)
            await outputs.AddDatasetsAsync(renamed, cancellation);
        if (staged.Facts.Any(f => f.Name == "pipeline") && await HasChangedPipelinesAsync(connection, cancellation))
            await outputs.AddPipelinesAsync(CatalogueStore.ChangedPipelines, cancellation);
        await outputs.RefreshAsync(cancellation);
        await CoverAsync(connection, payload.Source, staged.Covered, now, cancellation);
        await CloseAsync(connection, batch, staged, counts, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return new BatchReport(batch, payload.Name)
        {
            Facts = counts,
            Rejections = staged.Rejections,
            Rejected = staged.Rejected,
            Remarks = staged.Remarks,
        };
    }

    private static async Task<Staged> StageAsync(
        NpgsqlConnection connection, IncomingPayload payload, long batch, DateTimeOffset now, CancellationToken cancellation)
    {
        var staging = new Dictionary<Type, FactStaging>();
        var staged = new Staged();
        var pending = new List<RecordRejected>();
        var read = 0L;
        await foreach (var reading in payload.Readings.WithCancellation(cancellation))
        {
            switch (reading)
            {
                case RecordRead { Record: var record }:
                    if (!staging.TryGetValue(record.GetType(), out var table))
                        staging[record.GetType()] = table = new FactStaging(FactSchema.Of(record), connection, now);
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
                case PartRead { Part: var part }:
                    staged.Parts.Add(part);
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
            staging.TryAdd(fact.Type, new FactStaging(fact, connection, now));
            await staging[fact.Type].EnsureAsync(cancellation);
        }

        if (payload is { Mode: WriteMode.Replace, Partition: { } partition } && FactSchema.Named(partition.Fact) is { } whole)
        {
            staging.TryAdd(whole.Type, new FactStaging(whole, connection, now));
            await staging[whole.Type].EnsureAsync(cancellation);
        }

        foreach (var table in staging.Values) await table.FlushAsync(cancellation);
        await RejectAsync(connection, batch, pending, cancellation);

        // Pipelines before runs: what a run implies depends on its pipeline's outputs.
        staged.Facts.AddRange(staging.Values.Select(t => t.Fact).OrderBy(f => f.Catalogue is null).ThenBy(f => f.Name, StringComparer.Ordinal));
        return staged;
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

    private static async Task CoverAsync(
        NpgsqlConnection connection, string source, List<TimeCovered> covered, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var span in covered)
            await connection.ExecuteAsync(
                """
                insert into ingest.coverage (fact, source, connection, covered)
                values ($1, $2, '', tstzmultirange(tstzrange($3, $4)))
                on conflict (fact, source, connection) do update set covered = ingest.coverage.covered + excluded.covered
                """, cancellation, span.Fact, source, span.From ?? DateTimeOffset.MinValue, span.To ?? now);
    }

    private static async Task CloseAsync(
        NpgsqlConnection connection, long batch, Staged staged, SortedDictionary<string, RowCounts> counts, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var extents = staged.Facts.Where(f => f.Catalogue is null).SelectMany(f => f.Times.Select(t =>
            $"select {FactTables.Quote(t.Name)}::timestamptz as at from change_{f.Name}")).ToList();
        var extent = extents.Count == 0 ? "select null::timestamptz as at" : string.Join(" union all ", extents);
        await connection.ExecuteAsync(
            $"""
            update ingest.batch set state = 'committed', committed_at = $2, committed_xid = pg_current_xact_id(),
              rows_new = $3, rows_changed = $4, rows_same = $5, rows_rejected = $6, first_at = e.first_at, last_at = e.last_at
            from (select min(at) as first_at, max(at) as last_at from ({extent}) x) e
            where batch = $1
            """, cancellation, batch, now,
            counts.Values.Sum(c => c.New), counts.Values.Sum(c => c.Changed), counts.Values.Sum(c => c.Same), staged.Rejected);
        await connection.ExecuteAsync(
            """
            insert into ingest.batch_fact (batch, fact, rows_new, rows_changed, rows_same)
            select $1, * from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
            """, cancellation, batch, counts.Keys.ToArray(), counts.Values.Select(c => c.New).ToArray(),
            counts.Values.Select(c => c.Changed).ToArray(), counts.Values.Select(c => c.Same).ToArray());
    }

    private static Task<bool> HasChangedPipelinesAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        connection.ScalarAsync<bool>($"select to_regclass('{CatalogueStore.ChangedPipelines}') is not null", cancellation);

    private static Partition? PartitionOf(IncomingPayload payload, FactSchema fact) =>
        payload.Mode == WriteMode.Replace && payload.Partition?.Fact == fact.Name ? payload.Partition : null;

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
        public List<FactSchema> Facts { get; } = [];
        public List<RecordRejected> Rejections { get; } = [];
        public List<TimeCovered> Covered { get; } = [];
        public List<AliasSeen> Aliases { get; } = [];
        public List<FactPart> Parts { get; } = [];
        public List<string> Remarks { get; } = [];
        public long Rejected { get; private set; }

        public void Reject(RecordRejected rejected)
        {
            Rejected++;
            if (Rejections.Count < RejectionsReported) Rejections.Add(rejected);
        }
    }
}
