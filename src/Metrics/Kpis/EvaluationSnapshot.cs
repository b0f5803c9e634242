using System.Data;
using System.Diagnostics;
using Metrics.Kpis.Targets;
using Metrics.Kpis.Waivers;
using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>The facts and the catalogue as a published edition saw them.</summary>
/// <param name="Edition">Its number among all editions.</param>
/// <param name="Snapshot">The <c>pg_snapshot</c> of its data cut.</param>
internal sealed record PublishedCut(long Edition, string Snapshot);

/// <summary>One consistent view of facts, catalogue and daily rows, and the moment it is looked at.</summary>
internal sealed class EvaluationSnapshot : IAsyncDisposable
{
    private readonly NpgsqlDataSource reader;
    private readonly ReportingSettings settings;
    private readonly TimeSpan timeout;
    private readonly NpgsqlTransaction transaction;
    private readonly long opened = Stopwatch.GetTimestamp();
    private CoverageBook? coverage;
    private ILookup<string, StaleMark>? marks;
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

    /// <summary>Another text after every commit to the database.</summary>
    public required string Version { get; init; }

    public required Attribution Attribution { get; init; }

    /// <summary>Not null where facts and catalogue are those of a published edition; nothing is kept by day for them.</summary>
    public PublishedCut? Cut { get; init; }

    /// <summary>The waivers that count at this moment.</summary>
    public required WaiverBook Waivers { get; init; }

    /// <summary>The organisation's own targets, by KPI.</summary>
    public required ILookup<string, Target> Targets { get; init; }

    /// <summary>A definition with the organisation's targets among its own.</summary>
    public KpiDefinition Govern(KpiDefinition definition) =>
        Targets.Contains(definition.Id) ? definition with { Targets = [.. definition.Targets, .. Targets[definition.Id]] } : definition;

    public static async Task<EvaluationSnapshot> OpenAsync(
        NpgsqlDataSource database, NpgsqlDataSource reader, AttributionCache catalogue, ReportingSettings settings, DateTimeOffset now,
        TimeSpan timeout, TimeSpan patience, CancellationToken cancellation, PublishedCut? cut = null)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            var begun = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            return new EvaluationSnapshot(connection, begun, reader, settings, timeout)
            {
                Now = now,
                Patience = patience,
                Cut = cut,
                Attribution = cut is null
                    ? await catalogue.GetAsync(connection, cancellation)
                    : await Attribution.LoadAsync(connection, cancellation, cut.Edition),
                Waivers = await WaiverStore.InForceAsync(connection, settings.Calendar, now, cancellation),
                Version = await VersionAsync(connection, cancellation),
                Targets = (await TargetStore.InForceAsync(connection, cancellation)).ToLookup(t => t.Kpi, t => t.ToTarget(settings.Calendar)),
            };
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another text after every commit to the database, as the connection sees it now.</summary>
    public static async Task<string> VersionAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        (await connection.QueryPreparedAsync("select pg_current_snapshot()::text", r => r.GetString(0), cancellation))[0];

    /// <summary>A session on the same snapshot, as the login that runs analysts' SQL.</summary>
    public async Task<ReaderSession> ReaderAsync(CancellationToken cancellation) =>
        session ??= await ReaderSession.OpenAsync(
            reader, settings, await Connection.ScalarAsync<string>("select pg_export_snapshot()", cancellation), timeout, cancellation, Cut);

    /// <summary>Gives the session back; the next one who needs one gets another on the same snapshot.</summary>
    public async Task CloseReaderAsync()
    {
        var closing = session;
        session = null;
        if (closing is not null) await closing.DisposeAsync();
    }

    /// <summary>How long questions to this view that do not wait may compute days that are late; after that they are answered with what is kept.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>Whether that time is not up.</summary>
    public bool MayCompute => Stopwatch.GetElapsedTime(opened) < Patience;

    /// <summary>What the sources vouch for.</summary>
    public async Task<CoverageBook> CoverageAsync(CancellationToken cancellation) =>
        coverage ??= await CoverageBook.LoadAsync(Connection, Now, cancellation);

    /// <summary>The marks that imports have left on a KPI and that the worker has not come to.</summary>
    public async Task<IReadOnlyList<StaleMark>> MarksAsync(string kpi, CancellationToken cancellation)
    {
        marks ??= await new DailyStore(Connection).MarksAsync(cancellation);
        return [.. marks[kpi]];
    }

    /// <summary>About how many records a definition reads for a day.</summary>
    public async Task<double> RecordsADayAsync(KpiDefinition definition, CancellationToken cancellation) =>
        (await Connection.QueryPreparedAsync(
            """
            select coalesce(sum(greatest(c.reltuples, 0)), 0) / greatest(1, extract(day from $1 - (select min(first_at) from ingest.batch where state = 'committed')))::float8
            from unnest($2::text[]) as f(name) join pg_class c on c.oid = to_regclass('fact.' || quote_ident(f.name))
            """, r => r.IsDBNull(0) ? 0 : r.GetDouble(0), cancellation, Now, definition.Reads.ToArray()))[0];

    /// <summary>Keeps what was written through <see cref="Connection"/>; the view ends with it.</summary>
    public Task CommitAsync(CancellationToken cancellation) => transaction.CommitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await CloseReaderAsync();
        await transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
