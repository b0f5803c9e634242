using System.Net;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Metrics.Server.Access;

/// <summary>A proxy in front that signs people in and says who they are in headers. They count from the configured addresses only.</summary>
internal sealed class ProxyAuthentication(
    AccessSettings access, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Proxy";

    private static readonly object PeerKey = new();

    /// <summary>Keeps the address that the request came from, before a forwarded one takes its place.</summary>
    public static Task NotePeerAsync(HttpContext context, RequestDelegate next)
    {
        context.Items[PeerKey] = context.Connection.RemoteIpAddress;
        return next(context);
    }

    /// <summary>Whether a trusted proxy says who asks.</summary>
    public static bool IsPresented(HttpContext context, TrustedProxies proxies) =>
        proxies.UserHeader is { } header && context.Request.Headers.ContainsKey(header) && proxies.Has(context.Items[PeerKey] as IPAddress);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var proxies = access.Proxies;
        if (!IsPresented(Context, proxies)) return Task.FromResult(AuthenticateResult.NoResult());
        if (Request.Headers[proxies.UserHeader!] is not [{ Length: > 0 } name]) return Task.FromResult(AuthenticateResult.Fail("The proxy names nobody, or several."));
        var principal = Principals.Of(
            name, "proxy", access.Roles, List(proxies.RolesHeader) ?? [], List(proxies.TeamsHeader), List(proxies.DomainsHeader));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Refusals.SignInAsync(Context, access, "The proxy in front of this service must say who asks.");

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Refusals.ForbidAsync(Context);

    /// <summary>The items of a header, none where it is missing; null where no such header is configured.</summary>
    private List<string>? List(string header) => header.Length == 0 ? null
        : [.. Request.Headers[header].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
}
