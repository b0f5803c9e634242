using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards.Delivery;
using Metrics.Scorecards.Editions;
using Metrics.Server.Access;
using Metrics.Server.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Metrics.Server.Web;

internal static class StartPageEndpoints
{
    /// <summary><c>/</c>: the KPI table of a period; <c>/scorecards/…</c>: published editions by their number, and the PDFs that have been written.</summary>
    public static void MapStartPage(this WebApplication app, Product product, string output)
    {
        app.MapGet("/", async (string? period, KpiEvaluator evaluator, Caller caller, CancellationToken cancellation) =>
        {
            var calendar = product.Reporting.Calendar;
            var chosen = Period.Containing(calendar.DayOf(product.Clock.GetUtcNow()), Grain.Quarter, calendar);
            string? mistake = null;
            if (period is { Length: > 0 } && Period.TryParse(period, calendar, out var parsed, out mistake)) chosen = parsed;
            return new RazorComponentResult<StartPage>(new
            {
                Period = chosen,
                Rows = await KpiOverview.RowsAsync(evaluator, chosen, wait: product.IsTimeTravel, cancellation),
                product.Reporting,
                Documents = caller.Limit.IsEverything ? Documents(output) : [],
                SignedIn = caller.Principal.Identity?.AuthenticationType is "oauth" ? caller.Name : null,
                Mistake = mistake,
            });
        });
        app.MapMethods("/scorecards/{edition:long}", [HttpMethods.Get, HttpMethods.Head], async Task<Results<FileContentHttpResult, NotFound>> (long edition, RowLimit limit, CancellationToken cancellation) =>
        {
            var editions = new EditionStore(product.Database, product.Reporting.Calendar);
            try
            {
                var found = await editions.FindAsync(edition, cancellation);
                return found.Scope.IsWithin(limit)
                    ? TypedResults.File(await editions.DocumentAsync(edition, cancellation), "application/pdf", ScorecardLetter.FileName(found))
                    : TypedResults.NotFound();
            }
            catch (ScorecardException)
            {
                // None of that number, or it is not published yet.
                return TypedResults.NotFound();
            }
        });
        app.MapMethods("/scorecards/{name}", [HttpMethods.Get, HttpMethods.Head], Results<PhysicalFileHttpResult, NotFound> (string name, RowLimit limit) =>
            // Of a file nobody knows whom it is about.
            limit.IsEverything && Documents(output).Contains(name)
                ? TypedResults.PhysicalFile(Path.GetFullPath(Path.Combine(output, name)), "application/pdf")
                : TypedResults.NotFound());
    }

    private static List<string> Documents(string output) => Directory.Exists(output)
        ? [.. Directory.EnumerateFiles(output, "scorecard-*.pdf").Select(p => Path.GetFileName(p)!).OrderDescending(StringComparer.Ordinal)]
        : [];
}
