using Metrics.Model.Facts;
using Npgsql;
using NpgsqlTypes;

namespace Metrics.Storage.Ingestion;

/// <summary>Records of one fact on their way in: gathered a few thousand at a time and copied into a temporary table.</summary>
/// <param name="key">The connection of records that name none.</param>
internal sealed class FactStaging(FactSchema fact, NpgsqlConnection connection, string key, DateTimeOffset importedAt)
{
    private const int FlushAt = 10_000;
    private readonly List<Fact> buffer = new(FlushAt);
    private readonly (FactColumn Column, NpgsqlDbType Type)[] columns =
        [.. fact.Columns.Select(c => (c, PgType.Of(c).Type))];

    private long ordinal;
    private bool created;

    public FactSchema Fact => fact;

    public static string Name(FactSchema fact) => $"staged_{fact.Name}";

    public async Task AddAsync(Fact record, CancellationToken cancellation)
    {
        buffer.Add(record);
        if (buffer.Count == FlushAt) await FlushAsync(cancellation);
    }

    public async Task FlushAsync(CancellationToken cancellation)
    {
        if (buffer.Count == 0) return;
        await EnsureAsync(cancellation);
        var names = string.Join(", ", fact.Columns.Select(c => FactTables.Quote(c.Name)));
        await using var copy = await connection.BeginBinaryImportAsync(
            $"copy {Name(fact)} (ordinal, source, connection, {names}, updated_at, stated, deleted, seen_at) from stdin (format binary)",
            cancellation);
        foreach (var record in buffer)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync(ordinal++, NpgsqlDbType.Bigint, cancellation);
            await copy.WriteAsync(record.Source, NpgsqlDbType.Text, cancellation);
            await copy.WriteAsync(record.Connection.Length > 0 ? record.Connection : key, NpgsqlDbType.Text, cancellation);
            foreach (var (column, type) in columns) await PgType.WriteAsync(copy, column.Get(record), type, cancellation);
            await copy.WriteAsync((record.UpdatedAt ?? importedAt).UtcDateTime, NpgsqlDbType.TimestampTz, cancellation);
            await copy.WriteAsync(record.UpdatedAt is not null, NpgsqlDbType.Boolean, cancellation);
            await copy.WriteAsync(record.Deleted, NpgsqlDbType.Boolean, cancellation);
            await PgType.WriteAsync(copy, record.SeenAt, NpgsqlDbType.TimestampTz, cancellation);
        }

        await copy.CompleteAsync(cancellation);
        buffer.Clear();
    }

    /// <summary>Makes the temporary table, also where nothing goes into it.</summary>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        if (created) return;
        var own = string.Join(", ", fact.Columns.Select(c => $"{FactTables.Quote(c.Name)} {PgType.Of(c).Name}"));
        await connection.ExecuteAsync(
            $"""
            create temporary table {Name(fact)} (
              ordinal bigint, source text, connection text, {own},
              updated_at timestamptz, stated boolean, deleted boolean, seen_at timestamptz) on commit drop
            """, cancellation);
        created = true;
    }
}
