using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Metrics.Tests.Access;

/// <summary>An OAuth 2.0 provider on loopback: one client, one user, authorization codes with PKCE.</summary>
internal sealed class LittleProvider : IAsyncDisposable
{
    public const string ClientId = "metrics-client";
    public const string ClientSecret = "client-secret-that-nobody-may-see";
    public const string AccessToken = "access-token-that-nobody-may-see";

    private readonly ConcurrentDictionary<string, (string Challenge, string RedirectUri)> codes = new(StringComparer.Ordinal);
    private readonly WebApplication app;

    private LittleProvider(WebApplication app) => this.app = app;

    /// <summary>What it says of who signs in; null for nothing.</summary>
    public object? User { get; set; } = new { sub = "42", email = "ada@example.com", roles = (string[])["read"] };

    /// <summary>The person refuses, or may not use the service.</summary>
    public bool Denies { get; set; }

    /// <summary>Codes are too old by the time they are redeemed.</summary>
    public bool CodesExpire { get; set; }

    public int Signed { get; private set; }

    public IEnumerable<string> Settings =>
    [
        $"Auth:OAuth:Authorize={app.Urls.Single()}/authorize", $"Auth:OAuth:Token={app.Urls.Single()}/token", $"Auth:OAuth:UserInfo={app.Urls.Single()}/userinfo",
        $"Auth:OAuth:ClientId={ClientId}", $"Auth:OAuth:ClientSecret={ClientSecret}",
    ];

    public static async Task<LittleProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new LittleProvider(builder.Build());
        provider.app.MapGet("/authorize", provider.Authorize);
        provider.app.MapPost("/token", provider.RedeemAsync);
        provider.app.MapGet("/userinfo", provider.Who);
        await provider.app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IResult Authorize(string client_id, string response_type, string redirect_uri, string state, string scope, string code_challenge, string code_challenge_method)
    {
        if (client_id != ClientId || response_type != "code" || code_challenge_method != "S256" || scope != "openid profile email") return Results.BadRequest();
        if (Denies) return Results.Redirect($"{redirect_uri}?error=access_denied&error_description=no%20%3Cb%3Eway&state={Uri.EscapeDataString(state)}");
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        codes[code] = (code_challenge, redirect_uri);
        return Results.Redirect($"{redirect_uri}?code={code}&state={Uri.EscapeDataString(state)}");
    }

    private async Task<IResult> RedeemAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret || form["grant_type"] != "authorization_code") return Results.Unauthorized();
        var challenge = Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        if (!codes.TryRemove(form["code"].ToString(), out var issued) || CodesExpire || issued != (challenge, form["redirect_uri"].ToString()))
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        Signed++;
        return Results.Json(new { access_token = AccessToken, token_type = "Bearer", expires_in = 60 });
    }

    private IResult Who(HttpRequest request) =>
        request.Headers.Authorization == $"Bearer {AccessToken}" && User is not null ? Results.Json(User) : Results.Unauthorized();
}
