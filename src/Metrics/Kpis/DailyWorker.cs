using System.Data;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Npgsql;

namespace Metrics.Kpis;

/// <summary>How far a refresh has come.</summary>
/// <param name="Kpi">The id of the KPI whose days were computed.</param>
public readonly record struct RefreshProgress(string Kpi, int Done, int Of, int Days);

/// <summary>
/// Keeps <c>kpi.daily</c> current: computes the days that are over and were never computed, that an import has marked as stale,
/// or whose answer time alone has changed. Marks and facts are read in one snapshot and
/// only the marks that were read are deleted, so an import that commits meanwhile loses none.
/// </summary>
public sealed class DailyWorker(
    NpgsqlDataSource database, NpgsqlDataSource reader, KpiLibrary library, ReportingSettings settings, TimeProvider clock)
{
    private const long WorkerLock = 0x6d65_7472_6963_7303;
    private const int DaysAtOnce = 31;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);
    private readonly AttributionCache catalogue = new();

    /// <summary>
    /// Whether an answer holds until an import, or the time that it names, changes it. Not so where the clock was set by hand: it
    /// sees facts of its own future, and what is computed holds for that moment only.
    /// </summary>
    internal bool Lasting { get; init; } = ReferenceEquals(clock, TimeProvider.System);

    /// <summary>Brings every KPI up to date and returns the number of days computed. One worker works at a time.</summary>
    public async Task<int> RefreshAsync(IProgress<RefreshProgress>? progress = null, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync("select pg_advisory_lock($1)", cancellation, WorkerLock);
        try
        {
            await SettingsHistory.NoteAsync(connection, settings, clock.GetUtcNow(), cancellation);
            await RegisterAsync(connection, cancellation);
            var total = 0;
            var done = 0;
            foreach (var definition in library.Definitions)
            {
                var days = await RefreshAsync(connection, definition, cancellation);
                total += days;
                progress?.Report(new RefreshProgress(definition.Id, ++done, library.Definitions.Count, days));
            }

            return total;
        }
        finally
        {
            // A connection that is gone has let go of it, and what it was lost for is what is to be told.
            if (connection.State == System.Data.ConnectionState.Open) await connection.ExecuteAsync("select pg_advisory_unlock($1)", CancellationToken.None, WorkerLock);
        }
    }

    /// <summary>
    /// Makes the definitions known to imports, and every day of a changed definition, or under changed settings, stale. It waits
    /// for an import that has marked by the old list of readers: what that import writes must be seen by what is computed next.
    /// </summary>
    private async Task RegisterAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (await IsRegisteredAsync(connection, cancellation)) return;
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync("select pg_advisory_xact_lock($1)", cancellation, Ingest.MergeLock);
        var ids = library.Definitions.Select(d => d.Id).ToArray();
        foreach (var table in (string[])["daily", "month", "computed_day", "stale", "reads", "computed"])
            await connection.ExecuteAsync($"delete from kpi.{table} where kpi <> all($1)", cancellation, (object)ids);
        foreach (var definition in library.Definitions)
        {
            var changed = await connection.ExecuteAsync(
                """
                insert into kpi.computed (kpi, definition_hash, settings_hash) values ($1, $2, $3)
                on conflict (kpi) do update set definition_hash = excluded.definition_hash, settings_hash = excluded.settings_hash
                where (kpi.computed.definition_hash, kpi.computed.settings_hash) <> (excluded.definition_hash, excluded.settings_hash)
                """, cancellation, definition.Id, definition.Hash, settings.Hash);
            if (changed == 0) continue;
            await DefinitionHistory.NoteAsync(connection, definition, clock.GetUtcNow(), cancellation);
            await new DailyStore(connection).ForgetAsync(definition.Id, DateOnly.MinValue, cancellation);
            await connection.ExecuteAsync("delete from kpi.reads where kpi = $1", cancellation, definition.Id);
            foreach (var fact in definition.Reads.Union(["dataset", "team"]))
                await connection.ExecuteAsync(
                    "insert into kpi.reads (kpi, fact, lookback) values ($1, $2, $3)", cancellation, definition.Id, fact,
                    definition.Lookback);
        }

        await transaction.CommitAsync(cancellation);
    }

    private async Task<bool> IsRegisteredAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var known = await connection.QueryAsync(
            "select kpi, definition_hash from kpi.computed where settings_hash = $1",
            r => (r.GetString(0), r.GetString(1)), cancellation, settings.Hash);
        return known.ToHashSet().SetEquals(library.Definitions.Select(d => (d.Id, d.Hash)));
    }

    private async Task<int> RefreshAsync(NpgsqlConnection connection, KpiDefinition definition, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var snapshot = await connection.ScalarAsync<string>("select pg_export_snapshot()", cancellation);
        var store = new DailyStore(connection);
        var marks = (await store.MarksAsync(cancellation))[definition.Id].ToList();
        var days = await StaleAsync(connection, store, definition, marks, now, cancellation);
        if (days.Count > 0)
        {
            var attribution = await catalogue.GetAsync(connection, cancellation);
            await using var session = await ReaderSession.OpenAsync(reader, settings, snapshot, Timeout, cancellation);
            var query = new ObservationQuery(definition, session, settings);
            foreach (var some in Chunks(definition, days))
            {
                var sums = new RollUp(attribution);
                foreach (var (window, day) in Windows(definition, some, settings.Calendar, now))
                    await sums.AddAsync(query, definition, window, settings.Calendar, day, cancellation);
                await store.WriteAsync(definition.Id, some, sums, now, Lasting, cancellation);
            }

            if (definition.Kind != KpiKind.State) await store.RebuildMonthsAsync(definition.Id, days, settings.Calendar.DayOf(now), cancellation);
        }

        await connection.ExecuteAsync(
            "delete from kpi.stale where mark = any($1)", cancellation, marks.Select(m => m.Mark).ToArray());
        await transaction.CommitAsync(cancellation);
        return days.Count;
    }

    private async Task<List<DateOnly>> StaleAsync(
        NpgsqlConnection connection, DailyStore store, KpiDefinition definition, IReadOnlyList<StaleMark> marks, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var calendar = settings.Calendar;
        var today = calendar.DayOf(now);
        if (!definition.IsKeptByDay || await store.FirstDayAsync(calendar, cancellation) is not { } first) return [];

        // A day that is not over is computed by who reads it, as of then. Those that a mark reaches must not keep an older answer.
        var state = definition.Kind == KpiKind.State;
        var end = state ? today.AddDays(1) : today;
        if (marks.Any(m => m.Days(calendar, state).To >= end)) await store.ForgetAsync(definition.Id, end, cancellation);

        var fresh = (await store.FindAsync([new DaysAsked(definition, marks, first, end)], settings, now, cancellation))[0].Fresh;
        return [.. DaySet.Of([(first, end)]).Except(fresh).Days.Where(d => !state || d.Day == 1)];
    }

    /// <summary>Days that are computed and written together, so that what is in memory does not grow with their number.</summary>
    private static IEnumerable<List<DateOnly>> Chunks(KpiDefinition definition, List<DateOnly> days) =>
        definition.Kind == KpiKind.State ? [days] : Runs(days).Select(r => DaySet.Of([r]).Days.ToList());

    /// <summary>What a definition is run over to compute whole days; of a state, each day for itself.</summary>
    internal static IEnumerable<(QueryWindow Window, DateOnly? Day)> Windows(
        KpiDefinition definition, IEnumerable<DateOnly> days, ReportingCalendar calendar, DateTimeOffset now)
    {
        if (definition.Kind == KpiKind.State)
        {
            foreach (var day in days) yield return (QueryWindow.State(calendar.StartOf(day), now), day);
            yield break;
        }

        foreach (var (from, to) in Runs(days))
        {
            var end = calendar.StartOf(to);
            yield return (new QueryWindow(calendar.StartOf(from), end < now ? end : now, now), null);
        }
    }

    /// <summary>Consecutive days as spans, end excluded, none longer than can be computed at once.</summary>
    private static IEnumerable<(DateOnly From, DateOnly To)> Runs(IEnumerable<DateOnly> days)
    {
        DateOnly? from = null;
        var to = default(DateOnly);
        foreach (var day in days)
        {
            if (from is not null && (day != to || to.DayNumber - from.Value.DayNumber >= DaysAtOnce))
            {
                yield return (from.Value, to);
                from = null;
            }

            from ??= day;
            to = day.AddDays(1);
        }

        if (from is not null) yield return (from.Value, to);
    }
}
