namespace Metrics.Server.Web;

internal static class Security
{
    /// <summary>
    /// Pages carry their own style and no script, load nothing from elsewhere, and are framed and opened by nobody. What was answered
    /// to one caller is kept by no cache for another.
    /// </summary>
    public static Task HeadersAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "private, no-cache";
        return next(context);
    }

    /// <summary>
    /// A page of another site must not make a browser change anything here, with the cookie, the proxy or the loopback address that the
    /// browser has. Programs send neither header.
    /// </summary>
    public static Task RefuseOtherSitesAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)) return next(context);
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        var isOwn = site.Length > 0 ? site is "same-origin" or "none"
            : origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
        return isOwn
            ? next(context)
            : Results.Problem("A page of another site must not send this.", statusCode: StatusCodes.Status403Forbidden, title: "Not allowed").ExecuteAsync(context);
    }
}
