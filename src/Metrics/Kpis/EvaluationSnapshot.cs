using System.Data;
using Metrics.Kpis.Targets;
using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>One consistent view of facts, catalogue and daily rows, and the moment it is looked at.</summary>
internal sealed class EvaluationSnapshot : IAsyncDisposable
{
    private readonly NpgsqlDataSource reader;
    private readonly ReportingSettings settings;
    private readonly TimeSpan timeout;
    private readonly NpgsqlTransaction transaction;
    private readonly Dictionary<Interval, CoverageBook> coverage = [];
    private ReaderSession? session;

    private EvaluationSnapshot(
        NpgsqlConnection connection, NpgsqlTransaction transaction, NpgsqlDataSource reader, ReportingSettings settings, TimeSpan timeout)
    {
        Connection = connection;
        this.transaction = transaction;
        this.reader = reader;
        this.settings = settings;
        this.timeout = timeout;
    }

    public NpgsqlConnection Connection { get; }

    public required DateTimeOffset Now { get; init; }

    public required Attribution Attribution { get; init; }

    /// <summary>The organisation's own targets, by KPI.</summary>
    public required ILookup<string, Target> Targets { get; init; }

    /// <summary>A definition with the organisation's targets among its own.</summary>
    public KpiDefinition Govern(KpiDefinition definition) =>
        Targets.Contains(definition.Id) ? definition with { Targets = [.. definition.Targets, .. Targets[definition.Id]] } : definition;

    public static async Task<EvaluationSnapshot> OpenAsync(
        NpgsqlDataSource database, NpgsqlDataSource reader, ReportingSettings settings, DateTimeOffset now, TimeSpan timeout,
        CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            var begun = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            return new EvaluationSnapshot(connection, begun, reader, settings, timeout)
            {
                Now = now,
                Attribution = await Attribution.LoadAsync(connection, cancellation),
                Targets = (await TargetStore.InForceAsync(connection, cancellation)).ToLookup(t => t.Kpi, t => t.ToTarget(settings.Calendar)),
            };
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A session on the same snapshot, as the login that runs analysts' SQL.</summary>
    public async Task<ReaderSession> ReaderAsync(CancellationToken cancellation) =>
        session ??= await ReaderSession.OpenAsync(
            reader, settings, await Connection.ScalarAsync<string>("select pg_export_snapshot()", cancellation), timeout, cancellation);

    public async Task<CoverageBook> CoverageAsync(Interval interval, CancellationToken cancellation)
    {
        if (!coverage.TryGetValue(interval, out var book))
            coverage[interval] = book = await CoverageBook.LoadAsync(Connection, interval, Now, cancellation);
        return book;
    }

    public async ValueTask DisposeAsync()
    {
        if (session is not null) await session.DisposeAsync();
        await transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
