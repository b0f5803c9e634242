using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards.Delivery;
using Metrics.Scorecards.Editions;
using Metrics.Server.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Metrics.Server.Web;

internal static class StartPageEndpoints
{
    /// <summary><c>/</c>: the KPI table of a period; <c>/scorecards/…</c>: published editions by their number, and the PDFs that have been written.</summary>
    public static void MapStartPage(this WebApplication app, Product product, string output)
    {
        app.MapGet("/", async (string? period, CancellationToken cancellation) =>
        {
            var calendar = product.Reporting.Calendar;
            var chosen = Period.Containing(calendar.DayOf(product.Clock.GetUtcNow()), Grain.Quarter, calendar);
            string? mistake = null;
            if (period is { Length: > 0 } && Period.TryParse(period, calendar, out var parsed, out mistake)) chosen = parsed;
            return new RazorComponentResult<StartPage>(new
            {
                Period = chosen,
                Rows = await KpiOverview.RowsAsync(product.Evaluator, chosen, wait: false, cancellation),
                product.Reporting,
                Documents = Documents(output),
                Mistake = mistake,
            });
        });
        app.MapMethods("/scorecards/{edition:long}", [HttpMethods.Get, HttpMethods.Head], async Task<Results<FileContentHttpResult, NotFound>> (long edition, CancellationToken cancellation) =>
        {
            var editions = new EditionStore(product.Database, product.Reporting.Calendar);
            try
            {
                return TypedResults.File(await editions.DocumentAsync(edition, cancellation), "application/pdf", ScorecardLetter.FileName(await editions.FindAsync(edition, cancellation)));
            }
            catch (ScorecardException)
            {
                // None of that number, or it is not published yet.
                return TypedResults.NotFound();
            }
        });
        app.MapMethods("/scorecards/{name}", [HttpMethods.Get, HttpMethods.Head], Results<PhysicalFileHttpResult, NotFound> (string name) =>
            Documents(output).Contains(name)
                ? TypedResults.PhysicalFile(Path.GetFullPath(Path.Combine(output, name)), "application/pdf")
                : TypedResults.NotFound());
    }

    private static List<string> Documents(string output) => Directory.Exists(output)
        ? [.. Directory.EnumerateFiles(output, "scorecard-*.pdf").Select(p => Path.GetFileName(p)!).OrderDescending(StringComparer.Ordinal)]
        : [];
}
