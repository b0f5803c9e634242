using Metrics.Server.Hosting;
using Metrics.Server.Web;
using Metrics.Storage.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Metrics.Server.Access;

/// <summary>Wires who may ask into the service. See docs/access.md.</summary>
internal static class AccessHosting
{
    private const string Scheme = "Access";

    public static void AddAccess(this IServiceCollection services, AccessSettings access, Product product)
    {
        services.AddSingleton(access);
        services.AddScoped(_ => Caller.Current);
        services.AddScoped(s => s.GetRequiredService<Caller>().Limit);
        services.AddSingleton(s => new ExportLog(product.Database, product.Clock, s.GetRequiredService<ILogger<ExportLog>>()));
        services.AddHostedService(s => s.GetRequiredService<ExportLog>());
        services.AddHostFiltering(h => h.AllowedHosts = [.. access.Hosts]);

        var authorization = services.AddAuthorizationBuilder();
        foreach (var scope in Scopes.All) authorization.AddPolicy(scope, p => p.RequireRole(scope));

        // What says nothing of itself needs the scope read: a new endpoint is closed until somebody opens it.
        authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireRole(Scopes.Read).Build());
        if (!access.IsConfigured) return;

        services.AddSingleton(_ => new AccessTokenStore(product.Database, product.Clock));
        services.AddSingleton(s => new TokenBook(s.GetRequiredService<AccessTokenStore>(), product.Clock));
        if (access.RequestsPerSecond > 0) services.AddRequestLimits(access);
        var authentication = services.AddAuthentication(Scheme)
            .AddPolicyScheme(Scheme, null, o => o.ForwardDefaultSelector = context => SchemeOf(context, access))
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, ProxyAuthentication>(ProxyAuthentication.SchemeName, null);
        if (access.OAuth is not { } provider) return;
        authentication.AddBrowserSignIn(access, provider, product.Clock);
        services.AddDataProtection().SetApplicationName("metrics");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(new ConfigureOptions<KeyManagementOptions>(o => o.XmlRepository = new CookieKeys(product.Database)));
    }

    public static void UseAccess(this WebApplication app, AccessSettings access)
    {
        app.Use(Security.RefuseOtherSitesAsync);
        if (access.IsConfigured)
        {
            if (access.IsInClear)
                app.Logger.LogWarning("Urls has plain http beyond this machine: tokens travel in clear. Put a proxy that ends TLS in front, and name it in Auth:Proxy:Addresses");
            if (access.Proxies.Networks.Count > 0)
            {
                app.Use(ProxyAuthentication.NotePeerAsync);
                var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
                forwarded.KnownProxies.Clear();
                forwarded.KnownIPNetworks.Clear();
                foreach (var network in access.Proxies.Networks) forwarded.KnownIPNetworks.Add(network);
                app.UseForwardedHeaders(forwarded);
            }

            app.UseAuthentication();
            if (access.RequestsPerSecond > 0) app.UseRateLimiter();
        }
        else
        {
            app.Use((context, next) =>
            {
                context.User = Principals.Local;
                return next(context);
            });
        }

        app.Use((context, next) =>
        {
            if (access.IsConfigured) context.Response.OnStarting(VaryAsync, context.Response);
            return Caller.RunAsync(context.User, () => next(context));
        });
        app.UseAuthorization();
        app.Use(app.Services.GetRequiredService<ExportLog>().NoteAsync);
        if (access.OAuth is not null) app.MapBrowserSignIn();
    }

    /// <summary>Of one address, a browser keeps the answers to different callers apart.</summary>
    private static Task VaryAsync(object response)
    {
        ((HttpResponse)response).Headers.Append("Vary", "Authorization, Cookie, X-Api-Key");
        return Task.CompletedTask;
    }

    /// <summary>A token says more than a proxy or a cookie, which browsers send along unasked.</summary>
    private static string SchemeOf(HttpContext context, AccessSettings access) =>
        access.Tokens && TokenAuthentication.IsPresented(context.Request) ? TokenAuthentication.SchemeName
        : ProxyAuthentication.IsPresented(context, access.Proxies) ? ProxyAuthentication.SchemeName
        : access.OAuth is not null ? BrowserSignIn.Cookie
        : access.Tokens ? TokenAuthentication.SchemeName
        : ProxyAuthentication.SchemeName;
}
