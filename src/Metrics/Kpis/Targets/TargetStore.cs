using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Kpis.Targets;

/// <summary>Keeps the organisation's targets and every change of them.</summary>
public sealed class TargetStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const long ApplyLock = 0x6d65_7472_6963_7304;

    /// <summary>Whether another person must approve what one applies. Default: no.</summary>
    public bool TwoPeople { get; init; }

    /// <summary>What applying these settings would change.</summary>
    public async Task<IReadOnlyList<TargetChange>> DiffAsync(
        IReadOnlyList<TargetSetting> settings, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return Diff(await InForceAsync(connection, cancellation), settings);
    }

    /// <summary>
    /// Makes these settings the ones in force, all of them or none, and returns what that has changed. What they no longer name ends.
    /// </summary>
    /// <param name="by">Who does it.</param>
    /// <param name="reason">Why, for those who read the history.</param>
    /// <exception cref="KpiException">A second person must approve it, and none has.</exception>
    public Task<IReadOnlyList<TargetChange>> ApplyAsync(
        IReadOnlyList<TargetSetting> settings, string by, string? reason, CancellationToken cancellation = default) =>
        ApplyAsync(settings, by, reason, approvedBy: null, cancellation);

    /// <summary>The same, with the approval of a second person.</summary>
    /// <param name="approvedBy">Null where nobody has approved it.</param>
    /// <exception cref="KpiException">A second person must approve it, and none has.</exception>
    public async Task<IReadOnlyList<TargetChange>> ApplyAsync(
        IReadOnlyList<TargetSetting> settings, string by, string? reason, string? approvedBy, CancellationToken cancellation = default)
    {
        if (TwoPeople && approvedBy is null)
            throw new KpiException("Targets are changed by two people here (Targets:TwoPeople): say who approves it with --approved-by.");
        if (TwoPeople && string.Equals(by, approvedBy, StringComparison.OrdinalIgnoreCase))
            throw new KpiException($"{by} applies the targets and cannot approve them; another person must (--approved-by).");
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync("select pg_advisory_xact_lock($1)", cancellation, ApplyLock);
        var changes = Diff(await InForceAsync(connection, cancellation), settings);
        var now = clock.GetUtcNow();
        foreach (var change in changes)
        {
            if (change.Before is { } before) await EndAsync(connection, before.Scope, now, by, cancellation);
            if (change.After is { } after) await AddAsync(connection, after, now, by, reason, approvedBy, cancellation);
        }

        if (changes.Count > 0)
        {
            await AuditLog.AppendAsync(
                connection, now, by, "targets.applied", "targets",
                new { reason, approvedBy, changes = changes.Select(c => $"{c.Scope}: {c.Before?.Demand ?? "nothing"} -> {c.After?.Demand ?? "nothing"}") }, cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return changes;
    }

    /// <summary>Every setting there is or was, latest first.</summary>
    /// <param name="kpi">Of one KPI; null for all.</param>
    public async Task<IReadOnlyList<TargetRecord>> HistoryAsync(string? kpi, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(
            $"""
            select {Columns}, applied_at, applied_by, reason, ended_at, ended_by, approved_by from kpi.target
            where kpi = $1::text or $1::text is null order by applied_at desc, target desc
            """,
            r => new TargetRecord(
                Read(r), r.GetFieldValue<DateTimeOffset>(9), r.GetString(10), r.IsDBNull(11) ? null : r.GetString(11),
                r.IsDBNull(12) ? null : r.GetFieldValue<DateTimeOffset>(12), r.IsDBNull(13) ? null : r.GetString(13))
            { ApprovedBy = r.IsDBNull(14) ? null : r.GetString(14) },
            cancellation, kpi);
    }

    /// <summary>The settings in force, by KPI, within the caller's transaction.</summary>
    internal static async Task<IReadOnlyList<TargetSetting>> InForceAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        await connection.QueryPreparedAsync($"select {Columns} from kpi.target where ended_at is null order by target", Read, cancellation);

    private const string Columns = "kpi, tier, team, dataset, valid_from, threshold, stretch, tolerance, origin";

    private static List<TargetChange> Diff(IReadOnlyList<TargetSetting> inForce, IReadOnlyList<TargetSetting> wanted)
    {
        var before = inForce.ToDictionary(s => s.Scope);
        var after = wanted.ToDictionary(s => s.Scope);
        return
        [
            .. before.Keys.Union(after.Keys)
                .Select(scope => new TargetChange(scope, before.GetValueOrDefault(scope), after.GetValueOrDefault(scope)))
                .Where(c => c.Before is null || c.After is null || !c.Before.Demands(c.After))
                .OrderBy(c => c.Scope.ToString(), StringComparer.Ordinal),
        ];
    }

    private static Task<int> EndAsync(NpgsqlConnection connection, TargetScope scope, DateTimeOffset now, string by, CancellationToken cancellation) =>
        connection.ExecuteAsync(
            """
            update kpi.target set ended_at = $6, ended_by = $7
            where ended_at is null and (kpi, tier, team, dataset, valid_from) is not distinct from ($1::text, $2::int, $3::text, $4::text, $5::date)
            """, cancellation, scope.Kpi, scope.Tier, scope.Team, scope.Dataset, scope.Since, now, by);

    private static Task<int> AddAsync(
        NpgsqlConnection connection, TargetSetting setting, DateTimeOffset now, string by, string? reason, string? approvedBy,
        CancellationToken cancellation) =>
        connection.ExecuteAsync(
            $"""
            insert into kpi.target ({Columns}, applied_at, applied_by, reason, approved_by)
            values ($1, $2::int, $3::text, $4::text, $5::date, $6, $7::numeric, $8, $9, $10, $11, $12::text, $13::text)
            """, cancellation, setting.Kpi, setting.Tier, setting.Team, setting.Dataset, setting.Since, setting.Threshold.ToString(),
            setting.Stretch, setting.Tolerance.ToString(), setting.Origin, now, by, reason, approvedBy);

    private static TargetSetting Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.IsDBNull(1) ? null : row.GetInt32(1), Text(row, 2), Text(row, 3),
        row.IsDBNull(4) ? null : row.GetFieldValue<DateOnly>(4), Threshold.Parse(row.GetString(5)),
        row.IsDBNull(6) ? null : row.GetDecimal(6), Tolerance.Parse(row.GetString(7)), row.GetString(8));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
