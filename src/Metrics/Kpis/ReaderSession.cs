using System.Data;
using System.Globalization;
using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>
/// A connection as the login that may read the analysts' views and nothing else, in one read-only transaction on a given
/// snapshot. What an analyst's SELECT sets or locks ends with it.
/// </summary>
internal sealed class ReaderSession : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private ReaderSession(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (this.connection, this.transaction) = (connection, transaction);

    /// <param name="cut">The edition whose view of the facts is wanted; null for the facts as they are.</param>
    /// <param name="snapshot">From <c>pg_export_snapshot()</c> of a transaction that is still open; null for a snapshot of its own.</param>
    public static async Task<ReaderSession> OpenAsync(
        NpgsqlDataSource reader, ReportingSettings settings, string? snapshot, TimeSpan timeout, CancellationToken cancellation,
        PublishedCut? cut = null)
    {
        var opened = await reader.OpenConnectionAsync(cancellation);
        try
        {
            var begun = await opened.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            string[] all =
            [
                .. snapshot is null ? (string[])[] : [$"set transaction snapshot '{snapshot}'"],
                "set transaction read only",
                $"set local search_path = {(cut is null ? "" : $"{FactTables.PublishedSchema}, ")}{FactTables.ViewSchema}",
                .. Session(settings, timeout, cut).Select(s => $"set local {s.Name} = '{s.Value.Replace("'", "''", StringComparison.Ordinal)}'"),
            ];
            await opened.ExecuteAsync(string.Join("; ", all), cancellation);
            return new ReaderSession(opened, begun) { Timeout = timeout };
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>The longest that a statement may take.</summary>
    public required TimeSpan Timeout { get; init; }

    private static IEnumerable<(string Name, string Value)> Session(ReportingSettings settings, TimeSpan timeout, PublishedCut? cut) =>
    [
        ("metrics.cut", cut?.Snapshot ?? ""),
        ("metrics.edition", cut?.Edition.ToString(CultureInfo.InvariantCulture) ?? ""),
        ("timezone", "UTC"),
        ("metrics.zone", settings.Calendar.Zone.Id),
        ("metrics.holidays", settings.HolidayList),
        ("metrics.fiscal_start", settings.Calendar.FiscalYearStartMonth.ToString(CultureInfo.InvariantCulture)),
        ("metrics.currency", settings.Currency),
        ("metrics.rates", settings.Rates.ToJson()),
        ("statement_timeout", ((long)timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>A command that the client gives up on a little after the server should have.</summary>
    public NpgsqlCommand Command(string sql, params object?[] arguments)
    {
        var command = connection.Command(sql, arguments);
        command.CommandTimeout = (int)Timeout.TotalSeconds + 2;
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }
}
