using Metrics.Kpis;
using Metrics.Storage;

namespace Metrics.Server.Web;

internal static class Failures
{
    /// <summary>A question that cannot be answered is 400; a database that is away is 503 with a retry hint.</summary>
    public static async Task TranslateAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (KpiException wrong) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, wrong.Message);
        }
        catch (Exception failure) when (!context.Response.HasStarted && StorageException.Of(failure, "the request") is { } storage)
        {
            if (storage.IsTransient) context.Response.Headers.RetryAfter = "10";
            await WriteAsync(
                context, storage.IsTransient ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError,
                storage.IsTransient ? "The database is away. Try again in a few seconds." : "The database refused the request; the log says why.");
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Metrics.Server.Web").LogWarning(failure, "{Path} failed", context.Request.Path);
        }
    }

    private static Task WriteAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message + "\n");
    }
}
