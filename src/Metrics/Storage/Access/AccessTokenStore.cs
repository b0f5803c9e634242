using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Metrics.Model;
using Npgsql;

namespace Metrics.Storage.Access;

/// <summary>The tokens there are. Making and revoking one is in the audit log.</summary>
public sealed partial class AccessTokenStore(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How exact the last use is kept.</summary>
    private static readonly TimeSpan UseGrain = TimeSpan.FromHours(1);

    private const string Select =
        """
        select token, name, scopes, teams, domains, created_at, created_by, expires_at, used_at, revoked_at, revoked_by
        from access.token
        """;

    /// <summary>Makes a token.</summary>
    /// <returns>The token, and its secret, which cannot be had again.</returns>
    /// <exception cref="AccessTokenException">The name is malformed or taken, a scope is unknown, or the limit does not go with the scopes.</exception>
    public async Task<(AccessToken Token, string Secret)> CreateAsync(NewToken wanted, string by, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        Check(wanted, now);
        var secret = TokenSecret.Create();
        string[] scopes = [.. Scopes.All.Where(wanted.Scopes.Contains)];
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await connection.ExecuteAsync(
                """
                insert into access.token (name, hash, scopes, teams, domains, created_at, created_by, expires_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8)
                """, cancellation, wanted.Name, TokenSecret.HashOf(secret), scopes, wanted.Limit.Teams.ToArray(), wanted.Limit.Domains.ToArray(), now, by, wanted.ExpiresAt);
        }
        catch (PostgresException taken) when (taken.ConstraintName == "token_name")
        {
            throw new AccessTokenException($"There is a token \"{wanted.Name}\" already. Take another name, or revoke it first.");
        }

        await AuditLog.AppendAsync(
            connection, now, by, "token.created", $"token {wanted.Name}",
            new { scopes, teams = Listed(wanted.Limit.Teams), domains = Listed(wanted.Limit.Domains), wanted.ExpiresAt }, cancellation);
        await transaction.CommitAsync(cancellation);
        return ((await ListAsync(cancellation)).First(t => t.Name == wanted.Name && t.RevokedAt is null), secret);
    }

    /// <summary>All tokens, those that were revoked included, latest first.</summary>
    public async Task<IReadOnlyList<AccessToken>> ListAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await connection.QueryAsync($"{Select} order by token desc", Read, cancellation);
    }

    /// <summary>Revokes a token: within about a second, no instance of the service accepts it any more.</summary>
    /// <exception cref="AccessTokenException">There is none of that name.</exception>
    public async Task RevokeAsync(string name, string by, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var now = clock.GetUtcNow();
        var revoked = await connection.ExecuteAsync(
            "update access.token set revoked_at = $2, revoked_by = $3 where name = $1 and revoked_at is null", cancellation, name, now, by);
        if (revoked == 0) throw new AccessTokenException($"There is no token \"{name}\" to revoke. \"metrics tokens list\" lists them.");
        await AuditLog.AppendAsync(connection, now, by, "token.revoked", $"token {name}", new { }, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>The token with a hash, valid or not; null where there is none. Notes its use, at most once an hour.</summary>
    /// <param name="hash">Of <see cref="TokenSecret.HashOf"/>. Looked up as it is: nobody can choose what a hash begins with.</param>
    public async Task<AccessToken?> UseAsync(byte[] hash, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var token = (await connection.QueryPreparedAsync($"{Select} where hash = $1", Read, cancellation, hash)).FirstOrDefault();
        if (token is not null && token.IsValid(now) && (token.UsedAt is null || now - token.UsedAt >= UseGrain))
            await connection.ExecuteAsync("update access.token set used_at = $2 where token = $1 and (used_at is null or used_at < $2)", cancellation, token.Token, now);
        return token;
    }

    private static void Check(NewToken wanted, DateTimeOffset now)
    {
        if (!NameForm().IsMatch(wanted.Name))
            throw new AccessTokenException($"\"{wanted.Name}\" is no name for a token; take up to 64 letters, digits, dots, dashes and underscores, such as power-bi.");
        if (wanted.Scopes.Count == 0 || wanted.Scopes.FirstOrDefault(s => !Scopes.All.Contains(s)) is not null)
            throw new AccessTokenException($"\"{string.Join(", ", wanted.Scopes)}\" are no scopes; there are {string.Join(", ", Scopes.All)}.");
        if (!wanted.Limit.IsEverything && wanted.Scopes is not [Scopes.Read])
            throw new AccessTokenException("A token that is limited to teams or domains can only read. Make one for each purpose.");
        if (!wanted.Limit.IsEverything && wanted.Limit.Teams.Length + wanted.Limit.Domains.Length == 0)
            throw new AccessTokenException("The limit names no team and no domain.");
        if (wanted.ExpiresAt <= now) throw new AccessTokenException($"The token would have expired already, at {wanted.ExpiresAt:yyyy-MM-dd HH:mm} UTC.");
    }

    private static string[]? Listed(ImmutableArray<string> names) => names.IsEmpty ? null : [.. names];

    private static AccessToken Read(NpgsqlDataReader row)
    {
        string[] teams = row.GetFieldValue<string[]>(3), domains = row.GetFieldValue<string[]>(4);
        return new AccessToken(
            row.GetInt64(0), row.GetString(1), row.GetFieldValue<string[]>(2),
            teams.Length + domains.Length == 0 ? RowLimit.Everything : new RowLimit([.. teams], [.. domains]),
            row.GetFieldValue<DateTimeOffset>(5), row.GetString(6), Moment(7), Moment(8), Moment(9), row.IsDBNull(10) ? null : row.GetString(10));

        DateTimeOffset? Moment(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex NameForm();
}
