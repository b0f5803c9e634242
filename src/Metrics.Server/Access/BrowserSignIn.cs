using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OAuth;

namespace Metrics.Server.Access;

/// <summary>Browsers sign in at the organisation's provider (authorization code with PKCE) and are then known by a cookie.</summary>
internal static class BrowserSignIn
{
    public const string Cookie = CookieAuthenticationDefaults.AuthenticationScheme;

    private const string OAuth = "OAuth";
    private const string SignInPath = "/sign-in";
    private const string SignedInPath = "/signed-in";
    private const string SignOutPath = "/sign-out";

    public static AuthenticationBuilder AddBrowserSignIn(this AuthenticationBuilder authentication, AccessSettings access, OAuthProvider provider, TimeProvider clock)
    {
        // Plain http is for this machine only; everywhere else a browser is not to send the cookie over it.
        var secure = access.IsLoopback ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;
        return authentication
            .AddCookie(Cookie, o =>
            {
                o.TimeProvider = clock;
                o.ExpireTimeSpan = provider.Session;
                o.SlidingExpiration = false;
                o.Cookie.Name = access.IsLoopback ? "metrics" : "__Host-metrics";
                o.Cookie.HttpOnly = true;
                o.Cookie.SameSite = SameSiteMode.Lax;
                o.Cookie.SecurePolicy = secure;
                o.Events.OnRedirectToLogin = context => IsNavigation(context.Request)
                    ? RedirectAsync(context.Response, $"{SignInPath}?return={Uri.EscapeDataString(context.Request.PathBase + context.Request.Path + context.Request.QueryString)}")
                    : Refusals.SignInAsync(context.HttpContext, access, $"Sign in with a browser at {SignInPath}{(access.Tokens ? ", or send an API token" : "")}.");
                o.Events.OnRedirectToAccessDenied = context => Refusals.ForbidAsync(context.HttpContext);
            })
            .AddOAuth(OAuth, o =>
            {
                o.SignInScheme = Cookie;
                o.AuthorizationEndpoint = provider.Authorize.AbsoluteUri;
                o.TokenEndpoint = provider.Token.AbsoluteUri;
                o.UserInformationEndpoint = provider.UserInfo.AbsoluteUri;
                o.ClientId = provider.ClientId;
                o.ClientSecret = provider.ClientSecret;
                o.CallbackPath = SignedInPath;
                o.UsePkce = true;
                o.Scope.Clear();
                foreach (var scope in provider.Scopes) o.Scope.Add(scope);
                o.CorrelationCookie.SecurePolicy = secure;
                o.CorrelationCookie.SameSite = SameSiteMode.Lax;
                o.Events.OnCreatingTicket = context => ReadUserAsync(context, access, provider);
                o.Events.OnRemoteFailure = context =>
                {
                    context.HandleResponse();
                    return Refusals.WriteAsync(
                        context.HttpContext, StatusCodes.Status403Forbidden, "Not signed in",
                        $"{(context.Failure is SignInException said ? said.Message : "The provider refused, or the sign-in was begun in another browser or too long ago.")} Try again at {SignInPath}.");
                };
            });
    }

    /// <summary><c>/sign-in</c> and <c>/sign-out</c>.</summary>
    public static void MapBrowserSignIn(this WebApplication app)
    {
        app.MapGet(SignInPath, (HttpRequest request) => Results.Challenge(
            new AuthenticationProperties { RedirectUri = Within(request.Query["return"].ToString()) }, [OAuth])).AllowAnonymous();
        app.MapPost(SignOutPath, async (HttpContext context) =>
        {
            await context.SignOutAsync(Cookie);
            return Results.Text($"You have signed out here. Where you signed in, you may still be known. {SignInPath} signs you in again.\n");
        }).AllowAnonymous();
    }

    /// <summary>A path of this service; nobody is to be sent elsewhere by a link to here.</summary>
    internal static string Within(string path) =>
        path is ['/', ..] && path is not (['/', '/', ..] or ['/', '\\', ..]) && !path.Any(char.IsControl) ? path : "/";

    private static bool IsNavigation(HttpRequest request) => HttpMethods.IsGet(request.Method)
        && request.GetTypedHeaders().Accept.Any(a => a.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private static Task RedirectAsync(HttpResponse response, string to)
    {
        response.Redirect(to);
        return Task.CompletedTask;
    }

    /// <summary>The provider's word on who it is, fetched with the access token, which is then forgotten.</summary>
    private static async Task ReadUserAsync(OAuthCreatingTicketContext context, AccessSettings access, OAuthProvider provider)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, provider.UserInfo);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", context.AccessToken);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await context.Backchannel.SendAsync(request, context.HttpContext.RequestAborted);
        if (!response.IsSuccessStatusCode) throw new SignInException("The provider did not say who you are.");
        using var user = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(context.HttpContext.RequestAborted));
        var name = Texts(user.RootElement, provider.NameClaim).FirstOrDefault() ?? Texts(user.RootElement, "sub").FirstOrDefault()
            ?? throw new SignInException($"The provider's answer has neither \"{provider.NameClaim}\" nor \"sub\" (Auth:OAuth:NameClaim).");
        context.Principal = Principals.Of(
            name, "oauth", access.Roles, Texts(user.RootElement, provider.RolesClaim), Claimed(provider.TeamsClaim), Claimed(provider.DomainsClaim));

        List<string>? Claimed(string claim) => claim.Length == 0 ? null : Texts(user.RootElement, claim);
    }

    /// <summary>The texts of a claim: one, or those of a list; none where it is missing. A name with dots may be a path into objects.</summary>
    internal static List<string> Texts(JsonElement user, string claim)
    {
        if (claim.Length == 0 || user.ValueKind != JsonValueKind.Object) return [];
        if (user.TryGetProperty(claim, out var value))
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => [value.GetString()!],
                JsonValueKind.Array => [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)],
                JsonValueKind.Number => [value.GetRawText()],
                _ => [],
            };
        }

        return claim.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && user.TryGetProperty(claim[..dot], out var inner)
            ? Texts(inner, claim[(dot + 1)..])
            : [];
    }

    /// <summary>Why somebody could not be signed in, in words for them.</summary>
    private sealed class SignInException(string message) : Exception(message);
}
