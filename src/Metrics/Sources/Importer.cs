using System.Security.Cryptography;
using Metrics.Model.Facts;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Npgsql;

namespace Metrics.Sources;

/// <summary>What became of one payload.</summary>
/// <param name="Name">The payload.</param>
/// <param name="Report">What was written; null where it was skipped or refused.</param>
/// <param name="Skipped">Why it was left out.</param>
/// <param name="Refused">Why it could not be used as a whole.</param>
public sealed record ImportOutcome(string Name, BatchReport? Report, string? Skipped = null, string? Refused = null);

/// <summary>How a payload came, and what is committed with its records.</summary>
/// <param name="Way">By file, pull, push or replay.</param>
public sealed record Delivery(IngestWay Way)
{
    /// <summary>When it arrived; null means now.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Where the source stands after it.</summary>
    public string? Cursor { get; init; }

    /// <summary>Time that the source vouches for beside what the readings say.</summary>
    public IReadOnlyList<TimeCovered> Covered { get; init; } = [];

    /// <summary>How long after the end of what is covered the source is not yet late.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>The event's id.</summary>
    public string? Event { get; init; }

    /// <summary>The landed batch that is read again.</summary>
    public long? Replays { get; init; }

    /// <summary>Who wants it read again, for the audit log.</summary>
    public string? By { get; init; }

    /// <summary>Told of the records as they are read.</summary>
    public Action<long>? Progress { get; init; }
}

/// <summary>Fetches, lands, reads and writes: the same way for every source.</summary>
public sealed class Importer(NpgsqlDataSource database, Ingest ingest, TimeProvider clock)
{
    private Redactor? redactor;

    /// <summary>
    /// Imports files and folders, one batch per payload. A payload that cannot be used is reported and the others go on.
    /// </summary>
    /// <param name="progress">Told of each payload's records as they are read.</param>
    /// <exception cref="SourceException">A path does not exist or holds nothing of the source.</exception>
    /// <exception cref="StorageException">The database failed; what was imported before is kept.</exception>
    public async IAsyncEnumerable<ImportOutcome> ImportAsync(
        SourceConnection connection, IReadOnlyList<string> paths, Action<Payload, long>? progress = null,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var payload in connection.Source.Fetch(paths))
        {
            yield return payload.Skipped is { } reason
                ? new ImportOutcome(payload.Name, Report: null, Skipped: reason)
                : await ImportAsync(connection, payload, progress, cancellation);
        }
    }

    /// <summary>Lands, reads and writes one payload, however it came.</summary>
    /// <exception cref="SourceException">The payload as a whole cannot be used; it is landed all the same.</exception>
    /// <exception cref="StorageException">The database failed; nothing was written.</exception>
    public async Task<BatchReport> WriteAsync(
        SourceConnection connection, Payload payload, Delivery delivery, CancellationToken cancellation = default)
    {
        var source = connection.Source;
        var hashing = await RedactorAsync(cancellation);
        var now = clock.GetUtcNow();
        var received = delivery.ReceivedAt ?? now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var context = new ReadContext(hashing, connection, received);
        return await ingest.WriteAsync(
            new IncomingPayload(
                source.Name, payload.Name, payload.Length, payload.Read, () => source.Redact(payload, hashing),
                source.ReadAsync(payload, context, cancellation))
            {
                Compose = fragments => source.Compose(fragments, context),
                Connection = connection.Name,
                Way = delivery.Way,
                Mode = source.ModeOf(payload),
                Headers = payload.Headers,
                WrittenAt = payload.WrittenAt,
                Path = payload.Path,
                ReceivedAt = received,
                Cursor = delivery.Cursor,
                Covered = delivery.Covered,
                Grace = delivery.Grace,
                Event = delivery.Event,
                Replays = delivery.Replays,
                By = delivery.By,
                Progress = delivery.Progress,
            }, cancellation);
    }

    private async Task<ImportOutcome> ImportAsync(
        SourceConnection connection, Payload payload, Action<Payload, long>? progress, CancellationToken cancellation)
    {
        try
        {
            var delivery = new Delivery(IngestWay.Import) { Progress = read => progress?.Invoke(payload, read) };
            return new ImportOutcome(payload.Name, await WriteAsync(connection, payload, delivery, cancellation));
        }
        catch (SourceException refused)
        {
            return new ImportOutcome(payload.Name, Report: null, Refused: refused.Message);
        }
    }

    /// <summary>What stands for people's names in this database. Its key is made once, so that equal names stay equal.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Redactor> RedactorAsync(CancellationToken cancellation = default) => redactor ??= await LoadAsync(cancellation);

    private async Task<Redactor> LoadAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await connection.ExecuteAsync(
                "insert into ingest.secret (name, value) values ('redaction', $1) on conflict do nothing", cancellation,
                RandomNumberGenerator.GetBytes(32));
            return new Redactor(await connection.ScalarAsync<byte[]>("select value from ingest.secret where name = 'redaction'", cancellation));
        }
        catch (Exception failure) when (StorageException.Of(failure, "the import") is not null)
        {
            throw StorageException.Of(failure, "the import")!;
        }
    }
}
