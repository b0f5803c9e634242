using Metrics.Scorecards.Printing;
using Metrics.Server.Hosting;
using Metrics.Storage.Access;
using Npgsql;

namespace Metrics.Server.Web;

internal static class Health
{
    /// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: what it needs is there, part by part.</summary>
    public static void MapHealth(this WebApplication app, Product product)
    {
        app.MapGet("/health/live", () => TypedResults.Text("live\n")).AllowAnonymous().DisableRateLimiting();
        app.MapGet("/health/ready", async (HttpContext context, CancellationToken cancellation) =>
        {
            var parts = new Dictionary<string, string>
            {
                ["database"] = await DatabaseAsync(product, cancellation),
                ["chromium"] = Found(() => InstalledProgram.Chromium()),
                ["poppler"] = Found(() => InstalledProgram.PdfTool("pdftotext")),
                ["qpdf"] = Found(() => InstalledProgram.PdfTool("qpdf")),
                ["kpis"] = $"ok: {product.Library.Definitions.Count} definitions",
            };
            var ready = parts.Values.All(p => p.StartsWith("ok", StringComparison.Ordinal));

            // Paths and addresses are for who has signed in.
            if (!context.User.IsInRole(Scopes.Read)) parts = parts.ToDictionary(p => p.Key, p => p.Value.StartsWith("ok", StringComparison.Ordinal) ? "ok" : "failing");
            return Results.Json(
                new { status = ready ? "ready" : "not ready", parts },
                statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).AllowAnonymous().DisableRateLimiting();
    }

    private static async Task<string> DatabaseAsync(Product product, CancellationToken cancellation)
    {
        try
        {
            await using var command = product.Database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellation);
            return "ok";
        }
        catch (NpgsqlException failure)
        {
            return $"away: {failure.Message}";
        }
    }

    private static string Found(Func<string> find)
    {
        try
        {
            return $"ok: {find()}";
        }
        catch (MissingProgramException missing)
        {
            return missing.Message;
        }
    }
}
