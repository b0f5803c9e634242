using Metrics.Model.Facts;
using Metrics.Storage.Catalogue;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>A batch cannot be taken back, or a record not be put right, as asked; the message says why and what to do.</summary>
public sealed class CorrectionException(string message) : Exception(message);

/// <summary>
/// Takes batches back. That is a batch of its own, whose cause is <c>revert</c>: each record is again what was delivered last before and not taken
/// back, the catalogue says what it said, the batch's word for time it covered is gone, and the days it touched are computed again. Nothing is
/// lost: landed payloads and every former version stay.
/// </summary>
public sealed class BatchRevert(NpgsqlDataSource database, TimeProvider clock, IReadOnlyList<string> precedence)
{
    /// <returns>The batch that takes it back. New records count as less than none where some are gone.</returns>
    /// <exception cref="CorrectionException">There is no such batch, it wrote nothing, or it cannot be taken back.</exception>
    /// <exception cref="StorageException">The database failed; nothing was changed.</exception>
    public async Task<BatchReport> RevertAsync(long batch, string by, string reason, CancellationToken cancellation = default)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw new CorrectionException("Taking a batch back needs a reason (--reason).");
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await connection.ExecuteAsync("select pg_advisory_xact_lock($1)", cancellation, Ingest.MergeLock);
            var taken = await FindAsync(connection, batch, cancellation);
            var report = await RevertAsync(connection, taken, by, reason, cancellation);
            await transaction.CommitAsync(cancellation);
            return report;
        }
        catch (Exception failure) when (failure is not CorrectionException && StorageException.Of(failure, $"taking back batch {batch}") is not null)
        {
            throw StorageException.Of(failure, $"taking back batch {batch}")!;
        }
    }

    private async Task<BatchReport> RevertAsync(
        NpgsqlConnection connection, BatchEntry taken, string by, string reason, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var name = $"revert of batch {taken.Batch}, {taken.Name}";
        var batch = await Landing.OpenBatchAsync(
            connection, IncomingPayload.Without(taken.Source, taken.Connection, name, IngestWay.Revert) with
            {
                By = by,
                Reason = reason,
                Cause = "revert",
                Reverts = taken.Batch,
            }, "", now, cancellation);

        // A replay of it read the same payload once more.
        long[] batches =
        [
            taken.Batch,
            .. await connection.QueryAsync("select batch from ingest.batch where replays = $1", r => r.GetInt64(0), cancellation, taken.Batch),
        ];
        var touches = new Touches(connection, batch);
        var catalogue = new CatalogueStore(connection, touches, precedence, batch);
        var outputs = new EffectiveOutputs(connection, touches);
        var counts = new SortedDictionary<string, RowCounts>(StringComparer.Ordinal);
        var isCorrection = taken.Way == "correction";
        if (isCorrection) await EndCorrectionsAsync(connection, taken.Batch, batch, cancellation);
        foreach (var fact in await FactsAsync(connection, batches, cancellation))
        {
            var merge = new FactMerge(fact, connection, batch);
            counts[fact.Name] = isCorrection
                ? await merge.WithdrawAsync(taken.Batch, cancellation)
                : await merge.RevertAsync(batches, cancellation);
            if (fact.Catalogue is null) await touches.MarkAsync(fact, merge.Changes, cancellation);
            if (fact.Name is "pipeline_run" or "run_output") await outputs.AddAsync(merge.Changes, cancellation);
        }

        await catalogue.WithdrawAsync(batches, cancellation);
        await FragmentStore.WithdrawAsync(connection, batches, cancellation);
        await Coverage.WithdrawAsync(connection, batches, cancellation);
        await connection.ExecuteAsync("delete from catalog.schema_sight where batch = any($1)", cancellation, (object)batches);

        // The event is unknown again, so that it can be delivered anew.
        await connection.ExecuteAsync("delete from ingest.event where batch = any($1)", cancellation, (object)batches);
        if (await Ingest.HasChangedPipelinesAsync(connection, cancellation))
            await outputs.AddPipelinesAsync(CatalogueStore.ChangedPipelines, cancellation);
        await outputs.RefreshAsync(cancellation);
        await Ingest.CloseAsync(connection, batch, [.. counts.Keys.Select(f => FactSchema.Named(f)!)], counts, 0, now, cancellation);
        await AuditLog.AppendAsync(
            connection, now, by, "batch.reverted", $"batch {taken.Batch}",
            new { by = batch, taken.Source, taken.Connection, taken.Name, reason, gone = -counts.Values.Sum(c => c.New), restored = counts.Values.Sum(c => c.Changed) },
            cancellation);
        return new BatchReport(batch, name) { Facts = counts };
    }

    /// <summary>The correction before, where there was one, holds again.</summary>
    private static async Task EndCorrectionsAsync(NpgsqlConnection connection, long corrected, long batch, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(
            "update ingest.correction set ended_by = $2 where batch = $1 and ended_by is null", cancellation, corrected, batch);
        await connection.ExecuteAsync(
            """
            update ingest.correction former set ended_by = null, original = later.original from ingest.correction later
            where former.ended_by = $1 and later.batch = $1 and later.ended_by = $2
              and (former.fact, former.key, former.field) = (later.fact, later.key, later.field)
            """, cancellation, corrected, batch);
    }

    private static async Task<IReadOnlyList<FactSchema>> FactsAsync(NpgsqlConnection connection, long[] batches, CancellationToken cancellation) =>
    [
        .. (await connection.QueryAsync(
            "select distinct fact from ingest.batch_fact where batch = any($1)", r => FactSchema.Named(r.GetString(0)), cancellation, (object)batches))
            .OfType<FactSchema>().OrderBy(f => f.Catalogue is null).ThenBy(f => f.Name, StringComparer.Ordinal),
    ];

    private static async Task<BatchEntry> FindAsync(NpgsqlConnection connection, long batch, CancellationToken cancellation)
    {
        var found = await BatchStore.FindAsync(connection, batch, cancellation);
        return found switch
        {
            { RevertedBy: { } other } => throw new CorrectionException($"Batch {batch} was taken back before, by batch {other}."),
            { Way: "revert" } => throw new CorrectionException(
                $"Batch {batch} is itself what took batch {found.Reverts} back. Import what that one brought again, and it counts again."),
            { Way: "identity" } => throw new CorrectionException(
                $"Batch {batch} gave a dataset or team another name; \"metrics identity alias\" gives it back the one it had."),
            { State: not "committed" } => throw new CorrectionException($"Batch {batch} is {found.State}: nothing of it was written, so there is nothing to take back."),
            _ => found,
        };
    }
}
