using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Kpis.Definitions;

/// <summary>A definition as it stood from a moment on.</summary>
/// <param name="Since">When values were first computed by it here.</param>
/// <param name="Hash">SHA-256 of the file.</param>
/// <param name="Text">The whole file.</param>
public sealed record DefinitionVersion(string Kpi, DateTimeOffset Since, string Hash, string Text);

/// <summary>Every definition that has computed values in this database.</summary>
public sealed class DefinitionHistory(NpgsqlDataSource database)
{
    /// <summary>The versions of a KPI, latest first; empty where nothing was computed yet.</summary>
    /// <param name="kpi">Null for those of all.</param>
    public async Task<IReadOnlyList<DefinitionVersion>> OfAsync(string? kpi, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await OfAsync(connection, kpi, cancellation);
    }

    internal static async Task<IReadOnlyList<DefinitionVersion>> OfAsync(NpgsqlConnection connection, string? kpi, CancellationToken cancellation) =>
        await connection.QueryAsync(
            "select kpi, since, hash, file from kpi.definition where kpi = $1::text or $1::text is null order by since desc",
            r => new DefinitionVersion(r.GetString(0), r.GetFieldValue<DateTimeOffset>(1), r.GetString(2), r.GetString(3)), cancellation, kpi);

    /// <summary>Keeps a definition that is about to compute values, unless it is the one that did so before. That one takes the place of another is in
    /// the audit log.</summary>
    internal static async Task NoteAsync(
        NpgsqlConnection connection, KpiDefinition definition, DateTimeOffset now, CancellationToken cancellation)
    {
        var before = await connection.ScalarAsync<string>(
            "select hash from kpi.definition where kpi = $1 order by since desc limit 1", cancellation, definition.Id);
        if (before == definition.Hash) return;
        await connection.ExecuteAsync(
            """
            insert into kpi.definition (kpi, since, hash, file) values ($1, $2, $3, $4)
            on conflict (kpi, since) do update set hash = excluded.hash, file = excluded.file
            """, cancellation, definition.Id, now, definition.Hash, definition.Text);
        if (before is not null)
        {
            await AuditLog.AppendAsync(
                connection, now, Environment.UserName, "definition.changed", $"kpi {definition.Id}", new { before, after = definition.Hash }, cancellation);
        }
    }
}
