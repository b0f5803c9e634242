using System.CommandLine;
using System.Globalization;
using Metrics.Kpis.Definitions;
using Metrics.Kpis.Waivers;
using Metrics.Server.Hosting;

namespace Metrics.Server.Commands;

/// <summary><c>metrics waivers</c>: what need not count against anybody, and who says so.</summary>
internal static class WaiversCommand
{
    public static Command Create() => new(
        "waivers",
        "A KPI of a dataset, a team or an incident, waived over a period: the value stays as it is, the adjusted one stands beside it, and " +
        "the status is judged on that.\n\nExample:\n  metrics waivers list")
    { Add(), List(), Revoke() };

    private static Command Add()
    {
        var kpi = new Argument<string>("kpi") { Description = "a KPI id" };
        var period = new Option<string>("--period") { Description = "the records of which time, such as 2026-Q3 or 2026-08-01/2026-08-08", HelpName = "PERIOD", Required = true };
        var dataset = new Option<string?>("--dataset") { Description = "records about this dataset and no other", HelpName = "DATASET" };
        var team = new Option<string?>("--team") { Description = "records of this team", HelpName = "TEAM" };
        var incident = new Option<string?>("--incident") { Description = "one incident, and what belongs to it", HelpName = "KEY" };
        var expires = new Option<string>("--expires") { Description = "from this day on it does not count", HelpName = "DATE", Required = true };
        var approved = new Option<string>("--approved-by") { Description = "who allows it: another person", HelpName = "NAME", Required = true };
        var (by, reason) = (Signature.By(), Signature.Reason(required: true));
        var command = new Command(
            "add",
            "Waives.\n\nExample:\n  metrics waivers add freshness_adherence --period 2026-08-01/2026-08-08 --dataset sales.orders --expires 2027-01-01 " +
            "--reason \"planned migration\" --by ana --approved-by ben")
        { kpi, period, dataset, team, incident, expires, by, approved, reason };
        command.SetAction(async (call, cancellation) =>
        {
            (WaiverScope Kind, string? Name)[] scopes =
                [(WaiverScope.Dataset, call.GetValue(dataset)), (WaiverScope.Team, call.GetValue(team)), (WaiverScope.Incident, call.GetValue(incident))];
            if (scopes.Where(s => s.Name is not null).ToList() is not [var scope])
                throw new UsageException("A waiver is for one thing: give --dataset, --team or --incident, and only one of them.");
            var settings = CommandLine.SettingsOf(call);
            var definition = KpiLibrary.Load(Product.KpiFolder(settings))[call.GetRequiredValue(kpi)];
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var number = await Store(product, settings).AddAsync(
                definition, KpiCommand.PeriodOf(call.GetRequiredValue(period), product.Reporting.Calendar, product.Clock), scope.Kind, scope.Name!,
                call.GetRequiredValue(reason)!, call.GetRequiredValue(by), call.GetRequiredValue(approved),
                Day(call.GetRequiredValue(expires), "--expires"), cancellation);
            Console.WriteLine($"Waiver {number}.");
            return 0;
        });
        return command;
    }

    private static Command List()
    {
        var json = Signature.Json();
        var command = new Command("list", "Every waiver there is or was, latest first.\n\nExample:\n  metrics waivers list --json") { json };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var waivers = await Store(product, CommandLine.SettingsOf(call)).ListAsync(cancellation);
            var (calendar, now) = (product.Reporting.Calendar, product.Clock.GetUtcNow());
            if (call.GetValue(json)) return EditionJson.Print(waivers.Select(w => EditionJson.Of(w, calendar, now)));
            var table = Terminal.Table("No.", "KPI", "Period", "Of", "Reason", "Asked by", "Approved by", "Until", "State");
            foreach (var waiver in waivers)
                table.AddTexts(
                    $"{waiver.Number}", waiver.Kpi, waiver.Period.Text, $"{waiver.ScopeKind.ToString().ToLowerInvariant()} {waiver.Scope}", waiver.Reason,
                    waiver.RequestedBy, waiver.ApprovedBy, waiver.ExpiresOn.ToString("O", CultureInfo.InvariantCulture),
                    waiver.CountsAt(now, calendar) ? "counts" : waiver.RevokedAt is null ? "expired" : $"revoked by {waiver.RevokedBy}: {waiver.RevokeReason}");
            Terminal.Screen.Write(table);
            return 0;
        });
        return command;
    }

    private static Command Revoke()
    {
        var number = new Argument<long>("number") { Description = "as \"metrics waivers list\" shows it" };
        var (by, reason) = (Signature.By(), Signature.Reason(required: true));
        var command = new Command("revoke", "Takes a waiver back, from now on.\n\nExample:\n  metrics waivers revoke 2 --by ben --reason \"the migration was called off\"") { number, by, reason };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            await Store(product, CommandLine.SettingsOf(call)).RevokeAsync(
                call.GetRequiredValue(number), call.GetRequiredValue(by), call.GetRequiredValue(reason)!, cancellation);
            Console.WriteLine("Revoked.");
            return 0;
        });
        return command;
    }

    /// <exception cref="UsageException">It is not a date.</exception>
    public static DateOnly Day(string text, string option) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new UsageException($"{option} \"{text}\" is not a date; write it as 2026-12-31.");

    /// <summary>The waivers under the settings' rule of two people.</summary>
    public static WaiverStore Store(Product product, Settings settings) =>
        new(product.Database, product.Reporting.Calendar, product.Clock, ScorecardFile.TwoPeople(settings));
}
