using Metrics.Model.Facts;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Storage.Ingestion;

/// <summary>Parts on their way in: gathered a few thousand at a time and copied into a temporary table.</summary>
internal sealed class PartStaging(NpgsqlConnection connection)
{
    public const string Table = "staged_part";

    private const int FlushAt = 5_000;
    private readonly List<PartSeen> buffer = [];

    /// <summary>Whether there were any.</summary>
    public bool Any { get; private set; }

    public async Task AddAsync(PartSeen part, CancellationToken cancellation)
    {
        buffer.Add(part);
        if (buffer.Count == FlushAt) await FlushAsync(cancellation);
    }

    public async Task FlushAsync(CancellationToken cancellation)
    {
        if (buffer.Count == 0) return;
        if (!Any)
        {
            await connection.ExecuteAsync(
                $"""
                create temporary table {Table} (
                  connection text, entity text, name text, version timestamptz, rank integer, body text) on commit drop
                """, cancellation);
            Any = true;
        }

        await using var copy = await connection.BeginBinaryImportAsync(
            $"copy {Table} (connection, entity, name, version, rank, body) from stdin (format binary)", cancellation);
        foreach (var part in buffer)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(part.Connection, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(part.Entity, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(part.Name, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(part.Version.UtcDateTime, NpgsqlDbType.TimestampTz, cancellation);
            await copy.WriteAsync(part.Rank, NpgsqlDbType.Integer, cancellation);
            await copy.WriteAsync(part.Body, NpgsqlDbType.Text, cancellation);
        }

        await copy.CompleteAsync(cancellation);
        buffer.Clear();
    }
}
