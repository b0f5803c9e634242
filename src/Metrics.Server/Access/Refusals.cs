using System.Globalization;

namespace Metrics.Server.Access;

/// <summary>What is said to who may not. Nothing of it tells whether what was asked for exists.</summary>
internal static class Refusals
{
    /// <summary>401, with the ways to sign in.</summary>
    public static Task SignInAsync(HttpContext context, AccessSettings access, string detail)
    {
        if (access.Tokens) context.Response.Headers.WWWAuthenticate = new(["Bearer realm=\"metrics\"", "Basic realm=\"metrics\", charset=\"UTF-8\""]);
        return WriteAsync(context, StatusCodes.Status401Unauthorized, "Sign in", detail);
    }

    /// <summary>403.</summary>
    public static Task ForbidAsync(HttpContext context) => WriteAsync(
        context, StatusCodes.Status403Forbidden, "Not allowed",
        $"{context.User.Identity?.Name ?? "You"} may not do this. A token needs the scope for it, a person the role.");

    /// <summary>429.</summary>
    public static Task TooManyAsync(HttpContext context, string detail, TimeSpan wait)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests", string.Create(CultureInfo.InvariantCulture, $"{detail} Try again in {seconds} s."));
    }

    internal static Task WriteAsync(HttpContext context, int status, string title, string detail) =>
        Results.Problem(detail, statusCode: status, title: title).ExecuteAsync(context);
}
