using System.Runtime.CompilerServices;
using System.Text.Json;
using Metrics.Sources;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Sync;

/// <summary>A payload as it was landed, to be read again.</summary>
/// <param name="Batch">Its batch.</param>
/// <param name="Connection">The connection it came through.</param>
/// <param name="ReceivedAt">When it was landed.</param>
/// <param name="Payload">Its redacted content; <see cref="Payload.Skipped"/> says why it cannot be read any more.</param>
public sealed record LandedPayload(long Batch, string Connection, DateTimeOffset ReceivedAt, Payload Payload);

/// <summary>Gives out landed payloads in the order in which they came. Bodies are read piece by piece, never whole.</summary>
public sealed class LandedPayloads(NpgsqlDataSource database)
{
    /// <summary>The payloads of a source, without those that were taken back.</summary>
    /// <param name="connection">Of this connection only; null for all.</param>
    /// <param name="since">Received from this moment on; null for all.</param>
    /// <param name="latestOnly">The newest so many only; null for all.</param>
    /// <param name="batch">That of this batch only; null for all.</param>
    public async IAsyncEnumerable<LandedPayload> ReadAsync(
        string source, string? connection = null, DateTimeOffset? since = null, int? latestOnly = null, long? batch = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var session = await database.OpenConnectionAsync(cancellation);
        var batches = await session.QueryAsync(
            """
            select * from (
              select b.batch, b.connection, b.name, b.started_at, b.written_at, b.headers, b.sha256,
                (select sum(length(l.body)) from ingest.landed l where l.batch = b.batch), (select min(l.path) from ingest.landed l where l.batch = b.batch)
              from ingest.batch b
              where b.source = $1 and ($2::text is null or b.connection = $2) and ($3::timestamptz is null or b.started_at >= $3)
                and b.way in ('import', 'pull', 'push') and ($5::bigint is null or b.batch = $5) and not ingest.is_reverted(b.batch)
              order by b.batch desc limit $4) b
            order by batch
            """,
            r => new Entry(
                r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetFieldValue<DateTimeOffset>(3), r.IsDBNull(4) ? null : r.GetFieldValue<DateTimeOffset>(4),
                r.GetString(5), r.GetString(6), r.IsDBNull(7) ? null : r.GetInt64(7), r.IsDBNull(8) ? null : r.GetString(8)),
            cancellation, source, connection, since, latestOnly, batch);
        foreach (var entry in batches)
            yield return new LandedPayload(entry.Batch, entry.Connection, entry.StartedAt, PayloadOf(entry));
    }

    private Payload PayloadOf(Entry entry)
    {
        // What is landed is unpacked already, whatever its name says; a file kept by its path is as it was.
        var payload = entry.Length is { } length
            ? new Payload(entry.Name, length, () => new LandedStream(database, entry.Batch)) { IsUnpacked = true }
            : entry.Path is { } path && File.Exists(path) && Sha256Of(path) == entry.Sha256
                ? Payload.OfFile(path) with { Name = entry.Name }
                : new Payload(entry.Name, 0, () => Stream.Null)
                {
                    Skipped = entry.Path is null ? "its content has expired" : $"{entry.Path} is gone or was changed since",
                };
        return payload with
        {
            WrittenAt = entry.WrittenAt,
            Headers = JsonSerializer.Deserialize<Dictionary<string, string>>(entry.Headers)!,
        };
    }

    private static string Sha256Of(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file));
    }

    private sealed record Entry(
        long Batch, string Connection, string Name, DateTimeOffset StartedAt, DateTimeOffset? WrittenAt, string Headers, string Sha256, long? Length, string? Path);
}
