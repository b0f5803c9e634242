using Metrics.Storage;
using Npgsql;

namespace Metrics.Scorecards.Editions;

/// <summary>What reviews decide, carried from scorecard to scorecard until it is done.</summary>
public sealed class ReviewActions(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns =
        "action, edition, scope_kind, scope, kind, text, owner, due_on, raised_by, raised_at, done_at, done_by, outcome";

    /// <summary>Records an action, or a decision where it has no owner and no day.</summary>
    /// <param name="edition">The scorecard under review; null where there is none.</param>
    public async Task<long> AddAsync(
        long? edition, ScorecardScope scope, string text, string? owner, DateOnly? dueOn, string by, CancellationToken cancellation = default)
    {
        if (owner is null != dueOn is null)
            throw new ScorecardException("An action needs an owner and a due date (--owner, --due); a decision needs neither.");
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var kind = owner is null ? "decision" : "action";
        var number = await connection.ScalarAsync<long>(
            """
            insert into scorecard.action (edition, scope_kind, scope, kind, text, owner, due_on, raised_by, raised_at)
            values ($1::bigint, $2, $3, $4, $5, $6::text, $7::date, $8, $9) returning action
            """, cancellation, edition, scope.Kind.ToString().ToLowerInvariant(), scope.Name, kind, text, owner, dueOn, by, now);
        await AuditLog.AppendAsync(connection, now, by, $"{kind}.added", $"action {number}", new { edition, text, owner, dueOn }, cancellation);
        await transaction.CommitAsync(cancellation);
        return number;
    }

    /// <exception cref="ScorecardException">There is no open action of that number.</exception>
    public async Task DoneAsync(long number, string by, string? outcome, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var done = await connection.ExecuteAsync(
            "update scorecard.action set done_at = $2, done_by = $3, outcome = $4::text where action = $1 and kind = 'action' and done_at is null",
            cancellation, number, now, by, outcome);
        if (done == 0) throw new ScorecardException($"There is no open action {number}; \"metrics actions list\" shows them.");
        await AuditLog.AppendAsync(connection, now, by, "action.done", $"action {number}", new { outcome }, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>In the order of their numbers.</summary>
    /// <param name="all">Decisions and what is done, too; else what is open.</param>
    public async Task<IReadOnlyList<ReviewAction>> ListAsync(bool all, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync(
            $"select {Columns} from scorecard.action where $1 or (kind = 'action' and done_at is null) order by action", Read, cancellation, all);
    }

    /// <summary>What a scorecard of a scope lists: what is open, and what was decided or done since a moment.</summary>
    /// <param name="since">When the scorecard before was published; null where there is none.</param>
    public async Task<IReadOnlyList<ReviewAction>> ForAsync(ScorecardScope scope, DateTimeOffset? since, CancellationToken cancellation = default) =>
    [
        .. (await ListAsync(all: true, cancellation)).Where(a => a.Scope == scope
            && (a.IsOpen || since is null || (a.DoneAt ?? a.RaisedAt) >= since)),
    ];

    private static ReviewAction Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1),
        new ScorecardScope(Enum.Parse<ScopeKind>(row.GetString(2), ignoreCase: true), row.GetString(3)), row.GetString(4) == "decision",
        row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6), row.IsDBNull(7) ? null : row.GetFieldValue<DateOnly>(7),
        row.GetString(8), row.GetFieldValue<DateTimeOffset>(9), row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10),
        row.IsDBNull(11) ? null : row.GetString(11), row.IsDBNull(12) ? null : row.GetString(12));
}
