using System.CommandLine;
using System.Globalization;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Server.Hosting;
using Metrics.Sources;
using Metrics.Storage.Ingestion;
using Spectre.Console;

namespace Metrics.Server.Commands;

/// <summary><c>metrics reconcile</c></summary>
internal static class ReconcileCommand
{
    public static Command Create()
    {
        var since = new Option<string?>("--since") { Description = "deliveries from this day or moment on, as 2026-07-01", HelpName = "TIME" };
        var command = new Command(
            "reconcile",
            "Control totals: what every connection has delivered by day and what became of it, and for every fact whether what the batches have added is " +
            "there. Ends with 1 where it is not. At last what the KPIs count of it, since that day or the year's first.\n\nExample:\n  metrics reconcile --since 2026-07-01")
        { since };
        command.SetAction(async (call, cancellation) =>
        {
            DateTimeOffset? from = call.GetValue(since) is not { } text ? null : OptionText.Moment(text)
                ?? throw new UsageException($"--since \"{text}\" is not a time; write it as 2026-07-01 or 2026-07-01T12:00:00Z.");
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var totals = new ControlTotals(product.Database);
            var days = Terminal.Table("Day (UTC)", "Connection", "Payloads", "Failed", "New", "Changed", "Same", "Rejected");
            foreach (var day in await totals.DaysAsync(from, cancellation))
                days.AddTexts(
                    day.Day.ToString("O", CultureInfo.InvariantCulture), day.Connection.Length == 0 ? day.Source : $"{day.Source}/{day.Connection}",
                    Number(day.Payloads), Number(day.Failed), Number(day.New), Number(day.Changed), Number(day.Same), Number(day.Rejected));
            Terminal.Screen.Write(days);
            var all = await totals.FactsAsync(cancellation);
            var facts = Terminal.Table("Fact", "Added", "Stored", "Deleted", "");
            foreach (var fact in all)
                facts.AddTexts(fact.Fact, Number(fact.Added), Number(fact.Stored), Number(fact.Deleted), fact.Agrees ? "agrees" : "DIFFERS");
            Terminal.Screen.Write(facts);
            Terminal.Screen.Write(await CountedAsync(product, from, cancellation));
            return all.All(f => f.Agrees) ? 0 : CommandLine.Failed;
        });
        return command;
    }

    private static async Task<Table> CountedAsync(Product product, DateTimeOffset? from, CancellationToken cancellation)
    {
        var calendar = product.Reporting.Calendar;
        var today = calendar.DayOf(product.Clock.GetUtcNow());
        var first = from is { } moment && calendar.DayOf(moment) is var day && day <= today ? day : new DateOnly(today.Year, 1, 1);
        var counted = Terminal.Table(
            string.Create(CultureInfo.InvariantCulture, $"KPI, {first:yyyy-MM-dd} to {today:yyyy-MM-dd}"), "Reads", "Counted", "Left out, each with a reason");
        foreach (var row in await product.Evaluator.EvaluateAsync(new KpiRequest(Period.Between(first, today.AddDays(1), calendar)), cancellation))
            counted.AddTexts(
                row.Kpi.Id, string.Join(", ", row.Kpi.Reads), row.Suppressed ? "too few people to tell" : Number(row.N), Number(row.Excluded));
        return counted;
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
