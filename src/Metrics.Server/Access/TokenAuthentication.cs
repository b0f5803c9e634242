using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Metrics.Server.Access;

/// <summary>
/// API tokens: as bearer token, as the password of HTTP basic authentication (which is what Excel, Power BI and Grafana speak), or in
/// the header <c>X-Api-Key</c>. Never in the address: addresses end up in logs, histories and referrers.
/// </summary>
internal sealed class TokenAuthentication(
    TokenBook tokens, AccessSettings access, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "Token";

    /// <summary>The header for tools that can send a header of their own only.</summary>
    public const string KeyHeader = "X-Api-Key";

    private TimeSpan? retryAfter;

    /// <summary>Whether a request presents what could be a token.</summary>
    public static bool IsPresented(HttpRequest request) => SecretOf(request) is not null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!access.Tokens || SecretOf(Request) is not { } secret) return AuthenticateResult.NoResult();
        var verdict = await tokens.JudgeAsync(secret, Context.Connection.RemoteIpAddress, Context.RequestAborted);
        if (verdict.Principal is { } principal) return AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name));
        retryAfter = verdict.RetryAfter;
        return AuthenticateResult.Fail("The token is unknown, expired or revoked.");
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync();
        if (retryAfter is { } wait)
        {
            await Refusals.TooManyAsync(Context, "Too many wrong tokens have come from this address.", wait);
            return;
        }

        await Refusals.SignInAsync(Context, access, result.Failure is null
            ? "This needs an API token: in the header \"Authorization: Bearer\" or \"X-Api-Key\", or as the password of basic authentication."
            : "The token is unknown, expired or revoked. \"metrics tokens create\" makes one.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Refusals.ForbidAsync(Context);

    private static string? SecretOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return header["Bearer ".Length..].Trim();
        if (header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return PasswordOf(header["Basic ".Length..].Trim());
        return request.Headers.TryGetValue(KeyHeader, out var key) ? key.ToString() : null;
    }

    /// <summary>The user is anybody's choice. Empty, and so no token, where the header cannot be read.</summary>
    private static string PasswordOf(string encoded)
    {
        Span<byte> bytes = stackalloc byte[512];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length)) return "";
        var text = Encoding.UTF8.GetString(bytes[..length]);
        return text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
