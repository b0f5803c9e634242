using Metrics.Model.Facts;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Storage.Ingestion;

/// <summary>Fragments on their way in: gathered a few thousand at a time and copied into a temporary table.</summary>
internal sealed class FragmentStaging(NpgsqlConnection connection)
{
    public const string Table = "staged_fragment";

    private const int FlushAt = 5_000;
    private readonly List<FragmentSeen> buffer = [];

    /// <summary>Whether there were any.</summary>
    public bool Any { get; private set; }

    public async Task AddAsync(FragmentSeen fragment, CancellationToken cancellation)
    {
        buffer.Add(fragment);
        if (buffer.Count == FlushAt) await FlushAsync(cancellation);
    }

    public async Task FlushAsync(CancellationToken cancellation)
    {
        if (buffer.Count == 0) return;
        if (!Any)
        {
            await connection.ExecuteAsync(
                $"create temporary table {Table} (entity text, name text, version timestamptz, rank integer, body text) on commit drop",
                cancellation);
            Any = true;
        }

        await using var copy = await connection.BeginBinaryImportAsync(
            $"copy {Table} (entity, name, version, rank, body) from stdin (format binary)", cancellation);
        foreach (var fragment in buffer)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(fragment.Entity, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(fragment.Name, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(fragment.Version.UtcDateTime, NpgsqlDbType.TimestampTz, cancellation);
            await copy.WriteAsync(fragment.Rank, NpgsqlDbType.Integer, cancellation);
            await copy.WriteAsync(fragment.Body, NpgsqlDbType.Text, cancellation);
        }

        await copy.CompleteAsync(cancellation);
        buffer.Clear();
    }
}
