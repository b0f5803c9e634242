using System.CommandLine;
using Metrics.Scorecards;
using Metrics.Scorecards.Editions;
using Metrics.Server.Hosting;

namespace Metrics.Server.Commands;

/// <summary>The commands that bring a scorecard from draft to published.</summary>
internal static class ScorecardLife
{
    public static IEnumerable<Command> Commands() => [Draft(), Review(), Refreeze(), Comment(), Publish()];

    private static Command Draft()
    {
        var period = new Option<string>("--period") { Description = "a quarter or a month, 2026-Q3 or 2026-07", HelpName = "PERIOD", Required = true };
        var (team, domain) = Scope();
        var (by, reason) = (Signature.By(), Signature.Reason());
        var command = new Command(
            "draft",
            "Begins an edition, with live figures that can be commented on. After a published edition, a reason is needed.\n\n" +
            "Example:\n  metrics scorecard draft --period 2026-Q3 --by ana\n  metrics scorecard draft --period 2026-Q3 --team orders --by ana\n" +
            "  metrics scorecard draft --period 2026-Q3 --by ana --reason \"runs of August arrived late\"")
        { period, team, domain, by, reason };
        command.SetAction((call, cancellation) => WithDeskAsync(call, refresh: false, async (product, desk) =>
        {
            var chosen = KpiCommand.PeriodOf(call.GetRequiredValue(period), product.Reporting.Calendar, product.Clock);
            return Say(await desk.DraftAsync(ScopeOf(call, team, domain), chosen, call.GetRequiredValue(by), call.GetValue(reason), cancellation));
        }, cancellation));
        return command;
    }

    private static Command Review()
    {
        var (edition, by) = (Signature.Edition(), Signature.By());
        var command = new Command(
            "review", "Freezes a draft's figures at a data cut and opens it for review.\n\nExample:\n  metrics scorecard review 3 --by ana") { edition, by };
        command.SetAction((call, cancellation) => WithDeskAsync(call, refresh: true, async (_, desk) =>
            Say(await desk.ReviewAsync(call.GetRequiredValue(edition), call.GetRequiredValue(by), cancellation)), cancellation));
        return command;
    }

    private static Command Refreeze()
    {
        var (edition, by, reason) = (Signature.Edition(), Signature.By(), Signature.Reason(required: true));
        var command = new Command(
            "refreeze",
            "Takes a new data cut of an edition in review, after an error of a source was mended. The reason is logged.\n\n" +
            "Example:\n  metrics scorecard refreeze 3 --by ana --reason \"incidents of June were missing\"")
        { edition, by, reason };
        command.SetAction((call, cancellation) => WithDeskAsync(call, refresh: true, async (_, desk) =>
            Say(await desk.RefreezeAsync(call.GetRequiredValue(edition), call.GetRequiredValue(by), call.GetRequiredValue(reason)!, cancellation)), cancellation));
        return command;
    }

    private static Command Comment()
    {
        var edition = Signature.Edition();
        var text = new Argument<string>("text") { Description = "the words; \"\" takes them back" };
        var theme = new Option<string>("--theme")
        {
            Description = string.Join(", ", EditionSheet.Themes) + ", or the id of a KPI",
            DefaultValueFactory = _ => EditionSheet.SummaryTheme,
            HelpName = "THEME",
        };
        var by = Signature.By();
        var command = new Command(
            "comment",
            "Writes the manager's words on a theme or a KPI. They take the place of earlier ones; comments are open until it is published.\n\n" +
            "Example:\n  metrics scorecard comment 3 --theme Reliability --by ana \"Two releases in May cost us the target.\"\n" +
            "  metrics scorecard comment 3 --theme mttr_sev1 --by ana \"One vendor outage of nine hours.\"")
        { edition, text, theme, by };
        command.SetAction((call, cancellation) => WithDeskAsync(call, refresh: false, async (_, desk) =>
        {
            await desk.CommentAsync(
                call.GetRequiredValue(edition), call.GetRequiredValue(theme), call.GetRequiredValue(text), call.GetRequiredValue(by), cancellation);
            Console.WriteLine("Noted.");
            return 0;
        }, cancellation));
        return command;
    }

    private static Command Publish()
    {
        var (edition, by) = (Signature.Edition(), Signature.By());
        var command = new Command(
            "publish",
            "Approves an edition in review: its document is printed, checked and stored, and nothing of it can change any more. Whoever has " +
            "prepared it cannot approve it (Scorecards:TwoPeople).\n\nExample:\n  metrics scorecard publish 3 --by ben")
        { edition, by };
        command.SetAction((call, cancellation) => WithDeskAsync(call, refresh: true, async (product, desk) =>
        {
            var published = await Terminal.StepAsync("Publishing", _ =>
                desk.PublishAsync(call.GetRequiredValue(edition), call.GetRequiredValue(by), new ScorecardPdf(product.Printer), cancellation));
            Say(published);
            Console.WriteLine($"SHA-256 {published.PdfSha256}");
            return 0;
        }, cancellation));
        return command;
    }

    public static async Task<int> WithDeskAsync(
        ParseResult call, bool refresh, Func<Product, ScorecardDesk, Task<int>> work, CancellationToken cancellation)
    {
        var settings = CommandLine.SettingsOf(call);
        await using var product = await CommandLine.OpenAsync(call, cancellation);
        var desk = ScorecardFile.Desk(product, settings);
        if (refresh && !product.IsTimeTravel) await product.Worker.RefreshAsync(cancellation: cancellation);
        return await work(product, desk);
    }

    private static (Option<string?> Team, Option<string?> Domain) Scope() => (
        new Option<string?>("--team") { Description = "of one team instead of the whole platform", HelpName = "TEAM" },
        new Option<string?>("--domain") { Description = "of one domain instead of the whole platform", HelpName = "DOMAIN" });

    private static ScorecardScope ScopeOf(ParseResult call, Option<string?> team, Option<string?> domain) =>
        (call.GetValue(team), call.GetValue(domain)) switch
        {
            (null, null) => ScorecardScope.Platform,
            ({ } name, null) => ScorecardScope.Team(name),
            (null, { } name) => ScorecardScope.Domain(name),
            _ => throw new UsageException("A scorecard is of a team or of a domain; give --team or --domain, not both."),
        };

    private static int Say(ScorecardEdition edition)
    {
        Console.WriteLine(
            $"Edition {edition.Edition}: {edition.Period.Text}, {edition.Scope}, edition {edition.Number}, {edition.State.Word}" +
            $"{(edition.CutBatch is { } batch ? $", data cut batch {batch}" : "")}.");
        return 0;
    }
}
