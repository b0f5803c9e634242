using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;

namespace Metrics.Storage.Ingestion;

/// <summary>
/// Stores what arrived before anything is made of it, in pieces of at most 4 MB; a file that lies on this machine and is larger
/// than <see cref="KeptUpTo"/> is kept by its path and hash.
/// </summary>
internal static class Landing
{
    private const int PieceSize = 4 * 1024 * 1024;

    /// <summary>Bytes.</summary>
    public const long KeptUpTo = 64L * 1024 * 1024;

    public static async Task<long> LandAsync(
        NpgsqlConnection connection, IncomingPayload payload, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var sha256 = await HashAsync(payload, cancellation);
        var batch = await OpenBatchAsync(connection, payload, sha256, now, cancellation);
        if (payload.Length > KeptUpTo && payload.Path is not null)
        {
            await connection.ExecuteAsync(
                "insert into ingest.landed (batch, seq, sha256, path) values ($1, 0, $2, $3)", cancellation, batch, sha256, payload.Path);
        }
        else
        {
            await using var stored = payload.OpenRedacted();
            var piece = new byte[PieceSize];
            for (var seq = 0; await stored.ReadAtLeastAsync(piece, PieceSize, throwOnEndOfStream: false, cancellation) is var read && (read > 0 || seq == 0); seq++)
            {
                var body = piece.AsMemory(0, read);
                await connection.ExecuteAsync(
                    "insert into ingest.landed (batch, seq, sha256, body) values ($1, $2, $3, $4)", cancellation,
                    batch, seq, Convert.ToHexStringLower(SHA256.HashData(body.Span)), body.ToArray());
                if (read < PieceSize) break;
            }
        }

        await transaction.CommitAsync(cancellation);
        return batch;
    }

    /// <summary>A batch that reads a landed payload again: it has none of its own.</summary>
    public static async Task<long> ReopenAsync(
        NpgsqlConnection connection, IncomingPayload payload, DateTimeOffset now, CancellationToken cancellation) =>
        await OpenBatchAsync(
            connection, payload,
            (await connection.ScalarAsync<string>("select sha256 from ingest.batch where batch = $1", cancellation, payload.Replays))!,
            now, cancellation);

    public static Task<long> OpenBatchAsync(
        NpgsqlConnection connection, IncomingPayload payload, string sha256, DateTimeOffset now, CancellationToken cancellation) =>
        connection.ScalarAsync<long>(
            """
            insert into ingest.batch (source, connection, name, way, mode, sha256, state, started_at, headers, written_at, replays, brought_by, reason, cause, reverts)
            values ($1, $2, $3, $4, $5, $6, 'landed', $7, $8::jsonb, $9, $10, $11::text, $12::text, $13::text, $14::bigint) returning batch
            """, cancellation, payload.Source, payload.Connection, payload.Name, payload.Way.ToString().ToLowerInvariant(),
            payload.Mode.ToString().ToLowerInvariant(), sha256, now, JsonSerializer.Serialize(payload.Headers), payload.WrittenAt,
            payload.Replays, payload.By, payload.Reason, payload.Cause ?? (payload.Replays is null ? null : "replay"), payload.Reverts);

    private static async Task<string> HashAsync(IncomingPayload payload, CancellationToken cancellation)
    {
        await using var original = payload.Open();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(original, cancellation));
    }
}
