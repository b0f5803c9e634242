using System.Net;
using Metrics.Server.Hosting;
using Metrics.Storage.Access;

namespace Metrics.Server.Access;

/// <summary>Who may ask, as the settings under <c>Auth</c> say it.</summary>
internal sealed record AccessSettings
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>API tokens are accepted.</summary>
    public required bool Tokens { get; init; }

    /// <summary>Browsers sign in with this provider; null for none.</summary>
    public required OAuthProvider? OAuth { get; init; }

    /// <summary>The proxies in front of the service.</summary>
    public required TrustedProxies Proxies { get; init; }

    /// <summary>What the roles of a provider or proxy stand for.</summary>
    public required RoleMap Roles { get; init; }

    /// <summary>The host names that requests may ask for.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Requests a second that a caller may make in the long run; 0 for no limit.</summary>
    public required int RequestsPerSecond { get; init; }

    /// <summary>Requests that a caller may make at once.</summary>
    public required int Burst { get; init; }

    /// <summary>Every address that it listens on is this machine's own.</summary>
    public required bool IsLoopback { get; init; }

    /// <summary>Others reach it without a proxy that could end TLS, so that tokens travel as they are.</summary>
    public required bool IsInClear { get; init; }

    /// <summary>Some way to sign in is configured, and every request needs it. Without any the service is local: everything is allowed, on loopback.</summary>
    public bool IsConfigured => Tokens || OAuth is not null || Proxies.UserHeader is not null;

    /// <exception cref="SettingsException">A setting cannot be used; or others could reach the service and nobody would need to sign in.</exception>
    public static AccessSettings Of(Settings settings)
    {
        var addresses = Addresses(settings);
        var access = new AccessSettings
        {
            Tokens = settings.Flag("Auth:Tokens"),
            OAuth = OAuthProvider.Of(settings),
            Proxies = TrustedProxies.Of(settings),
            Roles = RoleMap.Parse(settings["Auth:Roles"]),
            Hosts = settings.List("Auth:Hosts"),
            RequestsPerSecond = settings.Number("Auth:RequestsPerSecond", 0, 1_000_000),
            Burst = settings.Number("Auth:Burst", 1, 1_000_000),
            IsLoopback = addresses.All(a => a.IsLoopback),
            IsInClear = addresses.Exists(a => !a.IsLoopback && a.Url.StartsWith("http:", StringComparison.OrdinalIgnoreCase)) && settings.List("Auth:Proxy:Addresses").Count == 0,
        };
        if (!access.IsConfigured) return addresses.Find(a => !a.IsLoopback) is { } open
            ? throw new SettingsException(
                $"Urls has \"{open.Url}\", which others can reach, and no authentication is configured. Use a loopback address such as "
                + "http://127.0.0.1:8080, or set Auth:Tokens=true and make a token with \"metrics tokens create\".")
            : access with { Hosts = Loopback };
        if (access.Hosts.Count > 0) return access with { Hosts = [.. Loopback, .. access.Hosts] };
        return addresses.Find(a => a.IsAnyAddress) is { } any
            ? throw new SettingsException($"Urls has \"{any.Url}\", which has no name. Say by which names callers reach it: Auth:Hosts=metrics.example.com.")
            : access with { Hosts = [.. Loopback, .. addresses.Select(a => a.Host)] };
    }

    private static List<Listening> Addresses(Settings settings) =>
        [.. settings["Urls"].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Listening.Parse)];

    private sealed record Listening(string Url, string Host, bool IsLoopback, bool IsAnyAddress)
    {
        public static Listening Parse(string url)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new SettingsException($"Urls has \"{url}\"; write an address such as http://127.0.0.1:8080.");
            var ip = IPAddress.TryParse(address.Host.Trim('[', ']'), out var parsed) ? parsed : null;
            return new Listening(
                url, address.Host, address.Host == "localhost" || (ip is not null && IPAddress.IsLoopback(ip)),
                ip is not null && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));
        }
    }
}

/// <summary>An OAuth 2.0 or OpenID Connect provider.</summary>
/// <param name="NameClaim">What names a person.</param>
/// <param name="RolesClaim">What lists roles; empty for none.</param>
/// <param name="TeamsClaim">What lists the teams that a reader may see; empty for no limit by team.</param>
/// <param name="DomainsClaim">Likewise for domains.</param>
/// <param name="Session">How long a browser stays signed in.</param>
internal sealed record OAuthProvider(
    Uri Authorize, Uri Token, Uri UserInfo, string ClientId, string ClientSecret, IReadOnlyList<string> Scopes, string NameClaim, string RolesClaim,
    string TeamsClaim, string DomainsClaim, TimeSpan Session)
{
    private static readonly string[] Needed = ["Authorize", "Token", "UserInfo", "ClientId", "ClientSecret"];

    public static OAuthProvider? Of(Settings settings)
    {
        var missing = Needed.Select(n => $"Auth:OAuth:{n}").Where(n => settings[n].Length == 0).ToList();
        if (missing.Count == Needed.Length) return null;
        if (missing.Count > 0) throw new SettingsException($"To sign in with OAuth, {string.Join(", ", missing)} must be set too.");
        return new OAuthProvider(
            Address("Authorize"), Address("Token"), Address("UserInfo"), settings["Auth:OAuth:ClientId"], settings["Auth:OAuth:ClientSecret"],
            settings["Auth:OAuth:Scopes"].Split([' ', ','], StringSplitOptions.RemoveEmptyEntries), settings["Auth:OAuth:NameClaim"],
            settings["Auth:OAuth:RolesClaim"], settings["Auth:OAuth:TeamsClaim"], settings["Auth:OAuth:DomainsClaim"],
            TimeSpan.FromHours(settings.Number("Auth:OAuth:SessionHours", 1, 720)));

        Uri Address(string name) =>
            Uri.TryCreate(settings[$"Auth:OAuth:{name}"], UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
                ? address
                : throw new SettingsException($"Auth:OAuth:{name} is \"{settings[$"Auth:OAuth:{name}"]}\"; write an https address of the provider.");
    }
}

/// <summary>Proxies whose word is taken, by address.</summary>
/// <param name="UserHeader">The header by which they say who asks; null where they do not.</param>
internal sealed record TrustedProxies(
    IReadOnlyList<IPNetwork> Networks, string? UserHeader, string RolesHeader, string TeamsHeader, string DomainsHeader)
{
    public bool Has(IPAddress? address)
    {
        if (address is null) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return Networks.Any(n => n.Contains(address));
    }

    public static TrustedProxies Of(Settings settings)
    {
        var networks = settings.List("Auth:Proxy:Addresses").Select(Network).ToList();
        var user = settings["Auth:Proxy:UserHeader"] is { Length: > 0 } header ? header : null;
        return user is not null && networks.Count == 0
            ? throw new SettingsException("Auth:Proxy:UserHeader is set, and nobody is trusted to send it. Set Auth:Proxy:Addresses to the addresses of the proxy.")
            : new TrustedProxies(
                networks, user, settings["Auth:Proxy:RolesHeader"], settings["Auth:Proxy:TeamsHeader"], settings["Auth:Proxy:DomainsHeader"]);
    }

    private static IPNetwork Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new SettingsException($"Auth:Proxy:Addresses has \"{text}\"; write addresses or networks, such as 10.0.0.5 or 10.0.0.0/24, separated by commas.");
}

/// <summary>What the roles of a provider or proxy stand for here.</summary>
internal sealed class RoleMap
{
    private const string Everybody = "*";

    private readonly ILookup<string, string> scopes;

    private RoleMap(ILookup<string, string> scopes) => this.scopes = scopes;

    /// <param name="text">ROLE=SCOPE, separated by commas; the role * is everybody who has signed in. Empty: each scope is the role of its name.</param>
    /// <exception cref="SettingsException">It cannot be read.</exception>
    public static RoleMap Parse(string text)
    {
        if (text.Length == 0) return new RoleMap(Scopes.All.ToLookup(s => s));
        return new RoleMap(text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Pair).ToLookup(p => p.Role, p => p.Scope));

        static (string Role, string Scope) Pair(string pair) =>
            pair.LastIndexOf('=') is > 0 and var at && Scopes.All.Contains(pair[(at + 1)..].Trim())
                ? (pair[..at].Trim(), pair[(at + 1)..].Trim())
                : throw new SettingsException($"Auth:Roles has \"{pair}\"; write ROLE=SCOPE, where SCOPE is one of {string.Join(", ", Scopes.All)}.");
    }

    /// <summary>The scopes of somebody with these roles.</summary>
    public IReadOnlyList<string> ScopesOf(IEnumerable<string> roles) => [.. roles.Append(Everybody).SelectMany(r => scopes[r]).Distinct()];
}
