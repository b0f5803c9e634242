using System.Security.Cryptography;
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
        redactor ??= await RedactorAsync(cancellation);
        foreach (var payload in connection.Source.Fetch(paths))
        {
            yield return payload.Skipped is { } reason
                ? new ImportOutcome(payload.Name, Report: null, Skipped: reason)
                : await ImportAsync(connection, payload, redactor, progress, cancellation);
        }
    }

    private async Task<ImportOutcome> ImportAsync(
        SourceConnection connection, Payload payload, Redactor hashing, Action<Payload, long>? progress, CancellationToken cancellation)
    {
        var source = connection.Source;
        var context = new ReadContext(hashing, connection, clock.GetUtcNow());
        try
        {
            var report = await ingest.WriteAsync(
                new IncomingPayload(
                    source.Name, payload.Name, payload.Length, payload.Read, () => source.Redact(payload, hashing),
                    source.ReadAsync(payload, context, cancellation))
                {
                    Connection = connection.Name,
                    Mode = source.ModeOf(payload),
                    Path = payload.Path,
                    Progress = read => progress?.Invoke(payload, read),
                }, cancellation);
            return new ImportOutcome(payload.Name, report);
        }
        catch (SourceException refused)
        {
            return new ImportOutcome(payload.Name, Report: null, Refused: refused.Message);
        }
    }

    /// <summary>The key of the hashes is made once per database, so that equal names stay equal.</summary>
    private async Task<Redactor> RedactorAsync(CancellationToken cancellation)
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
