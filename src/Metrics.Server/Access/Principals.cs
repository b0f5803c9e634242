using System.Security.Claims;
using Metrics.Model;
using Metrics.Storage.Access;

namespace Metrics.Server.Access;

/// <summary>
/// Who asks, as claims: a name, a role for each scope, and the rows that may be seen. All ways to sign in make the same kind of
/// principal, so that nothing behind them needs to know which one it was.
/// </summary>
internal static class Principals
{
    /// <summary>The authentication type of who needs not sign in.</summary>
    public const string LocalType = "local";

    private const string RowsClaim = "metrics:rows";
    private const string Everything = "*";
    private const string Team = "team:";
    private const string Domain = "domain:";

    /// <summary>Whoever asks on loopback while no authentication is configured.</summary>
    public static ClaimsPrincipal Local { get; } = Of("local", LocalType, [Scopes.Admin], RowLimit.Everything);

    /// <param name="type">How they signed in.</param>
    /// <param name="limit">Of no effect on who may change things: they see everything.</param>
    public static ClaimsPrincipal Of(string name, string type, IEnumerable<string> scopes, RowLimit limit)
    {
        var identity = new ClaimsIdentity(type);
        identity.AddClaim(new Claim(ClaimTypes.Name, name));
        foreach (var scope in scopes.SelectMany(Scopes.Including).Distinct()) identity.AddClaim(new Claim(ClaimTypes.Role, scope));
        if (limit.IsEverything) identity.AddClaim(new Claim(RowsClaim, Everything));
        identity.AddClaims(limit.Teams.Select(t => new Claim(RowsClaim, Team + t)));
        identity.AddClaims(limit.Domains.Select(d => new Claim(RowsClaim, Domain + d)));
        return new ClaimsPrincipal(identity);
    }

    /// <summary>A token is named apart from people, or one could be made that bears a person's name.</summary>
    public static ClaimsPrincipal Of(AccessToken token, string type) => Of($"token {token.Name}", type, token.Scopes, token.Limit);

    /// <summary>A person, of whom a provider or proxy says this.</summary>
    /// <param name="teams">The teams whose rows may be seen; null where nobody is limited by team.</param>
    /// <param name="domains">Likewise.</param>
    public static ClaimsPrincipal Of(
        string name, string type, RoleMap roles, IEnumerable<string> given, IReadOnlyList<string>? teams, IReadOnlyList<string>? domains)
    {
        var scopes = roles.ScopesOf(given);
        var sees = (teams is null && domains is null) || scopes.Any(s => s is Scopes.Publish or Scopes.Admin)
            || teams?.Contains(Everything) == true || domains?.Contains(Everything) == true;
        return Of(name, type, scopes, sees ? RowLimit.Everything : new RowLimit([.. teams ?? []], [.. domains ?? []]));
    }

    /// <summary>The rows that a principal may see: none unless it says so.</summary>
    public static RowLimit LimitOf(ClaimsPrincipal principal)
    {
        var rows = principal.FindAll(RowsClaim).Select(c => c.Value).ToList();
        return rows.Contains(Everything)
            ? RowLimit.Everything
            : new RowLimit(
                [.. rows.Where(r => r.StartsWith(Team, StringComparison.Ordinal)).Select(r => r[Team.Length..])],
                [.. rows.Where(r => r.StartsWith(Domain, StringComparison.Ordinal)).Select(r => r[Domain.Length..])]);
    }
}
