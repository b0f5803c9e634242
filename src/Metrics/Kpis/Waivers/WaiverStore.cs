using System.Globalization;
using Metrics.Model;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Kpis.Waivers;

/// <summary>Keeps the waivers: nothing of them is ever taken out.</summary>
/// <param name="twoPeople">Whether whoever approves must be another person than whoever asks.</param>
public sealed class WaiverStore(NpgsqlDataSource database, ReportingCalendar calendar, TimeProvider clock, bool twoPeople = true)
{
    private const string Columns =
        "waiver, kpi, period, scope_kind, scope, reason, requested_by, approved_by, added_at, expires_on, revoked_at, revoked_by, revoke_reason";

    /// <summary>Every waiver there is or was, latest first.</summary>
    public async Task<IReadOnlyList<Waiver>> ListAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync($"select {Columns} from scorecard.waiver order by waiver desc", r => Read(r, calendar), cancellation);
    }

    /// <summary>Adds a waiver and returns its number.</summary>
    /// <param name="kpi">A KPI that exists.</param>
    /// <param name="expires">The first day on which it does not count.</param>
    /// <exception cref="KpiException">It cannot be: the message says what is wrong and what is allowed.</exception>
    public async Task<long> AddAsync(
        KpiDefinition kpi, Period period, WaiverScope kind, string scope, string reason, string by, string approvedBy, DateOnly expires,
        CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        if (twoPeople && string.Equals(by, approvedBy, StringComparison.OrdinalIgnoreCase))
            throw new KpiException($"{by} asks for the waiver and cannot approve it; another person must (--approved-by).");
        if (expires <= calendar.DayOf(now))
            throw new KpiException(string.Create(CultureInfo.InvariantCulture, $"The waiver would expire on {expires:yyyy-MM-dd}, which is not in the future; give a later day."));
        if (kind != WaiverScope.Incident && !kpi.Dimensions.Contains(kind == WaiverScope.Dataset ? Dimension.Dataset : Dimension.Team))
            throw new KpiException($"{kpi.Id} has no {kind.ToString().ToLowerInvariant()}, so nothing of it can be waived by one.");

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var number = await connection.ScalarAsync<long>(
            """
            insert into scorecard.waiver (kpi, period, scope_kind, scope, reason, requested_by, approved_by, added_at, expires_on)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning waiver
            """, cancellation, kpi.Id, period.Text, kind.ToString().ToLowerInvariant(), scope, reason, by, approvedBy, now, expires);
        await AuditLog.AppendAsync(
            connection, now, by, "waiver.added", $"waiver {number}",
            new { kpi = kpi.Id, period = period.Text, kind = kind.ToString().ToLowerInvariant(), scope, reason, approvedBy, expires }, cancellation);
        await transaction.CommitAsync(cancellation);
        return number;
    }

    /// <summary>Takes a waiver back, from now on.</summary>
    /// <exception cref="KpiException">There is none of that number, or it was revoked already.</exception>
    public async Task RevokeAsync(long number, string by, string reason, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var revoked = await connection.ExecuteAsync(
            "update scorecard.waiver set revoked_at = $2, revoked_by = $3, revoke_reason = $4 where waiver = $1 and revoked_at is null",
            cancellation, number, now, by, reason);
        if (revoked == 0) throw new KpiException($"There is no waiver {number} to revoke; \"metrics waivers list\" shows them.");
        await AuditLog.AppendAsync(connection, now, by, "waiver.revoked", $"waiver {number}", new { reason }, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Those that count at a moment, within the caller's transaction.</summary>
    internal static async Task<WaiverBook> InForceAsync(
        NpgsqlConnection connection, ReportingCalendar calendar, DateTimeOffset now, CancellationToken cancellation)
    {
        var all = await connection.QueryPreparedAsync($"select {Columns} from scorecard.waiver order by waiver", r => Read(r, calendar), cancellation);
        return new WaiverBook([.. all.Where(w => w.CountsAt(now, calendar))], calendar);
    }

    private static Waiver Read(NpgsqlDataReader row, ReportingCalendar calendar) => new()
    {
        Number = row.GetInt64(0),
        Kpi = row.GetString(1),
        Period = Period.Parse(row.GetString(2), calendar),
        ScopeKind = Enum.Parse<WaiverScope>(row.GetString(3), ignoreCase: true),
        Scope = row.GetString(4),
        Reason = row.GetString(5),
        RequestedBy = row.GetString(6),
        ApprovedBy = row.GetString(7),
        AddedAt = row.GetFieldValue<DateTimeOffset>(8),
        ExpiresOn = row.GetFieldValue<DateOnly>(9),
        RevokedAt = row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10),
        RevokedBy = row.IsDBNull(11) ? null : row.GetString(11),
        RevokeReason = row.IsDBNull(12) ? null : row.GetString(12),
    };
}
