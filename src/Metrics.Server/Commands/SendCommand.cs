using System.CommandLine;
using System.Globalization;
using Metrics.Scorecards;
using Metrics.Scorecards.Delivery;
using Metrics.Server.Hosting;

namespace Metrics.Server.Commands;

/// <summary><c>metrics send</c>: published scorecards by email, and the ledger of who has got what.</summary>
internal static class SendCommand
{
    public static Command Create()
    {
        var period = new Option<string?>("--period") { Description = "2026-Q3, 2026-07 …; the quarter that ended last by default", HelpName = "PERIOD" };
        var edition = new Option<long?>("--edition") { Description = "the edition of this number, instead of the one in force", HelpName = "N" };
        var dry = new Option<bool>("--dry-run") { Description = "check the document, show who would get it and the letter, and send nothing" };
        var preview = new Option<string?>("--preview") { Description = "one letter to this address and to nobody else; it is not in the ledger", HelpName = "ADDRESS" };
        var scope = new ScopeOptions();
        var by = new ApplyOptions("").By;
        var command = new Command(
            "send",
            "Sends a published scorecard to its recipients: to each once, whatever happens. Called again, it goes on with those who have not got it.\n\n" +
            "Example:\n  metrics send --period 2026-Q3 --dry-run\n  metrics send --period 2026-Q3 --preview me@example.com\n  metrics send --period 2026-Q3\n  metrics send --period 2026-Q3 --team orders")
        { period, edition, scope.Team, scope.Domain, dry, preview, by, Status(), Resolve() };
        command.SetAction(async (call, cancellation) =>
        {
            if (call.GetValue(dry) && call.GetValue(preview) is not null) throw new UsageException("Give --dry-run or --preview, not both.");
            var settings = CommandLine.SettingsOf(call);
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            using var delivery = ScorecardDelivery.Of(product, settings);
            var chosen = call.GetValue(edition) ?? await InForceAsync(product, delivery, scope.Of(call), call.GetValue(period), cancellation);
            using var logs = Terminal.Logs();
            var sender = delivery.Sender(logs.CreateLogger("send"));
            if (call.GetValue(preview) is { } address)
                return await PreviewAsync(sender, chosen, RecipientsCommand.Usable(() => Mailbox.Parse(address)), cancellation);

            var published = await sender.CheckedAsync(chosen, cancellation);
            if (call.GetValue(dry)) return await DryAsync(published, delivery, cancellation);

            await delivery.Ledger.QueueAsync(published.Edition, delivery.RequiredSmtp.From.Domain, call.GetRequiredValue(by), cancellation);
            await sender.RunAsync(chosen, cancellation);
            var sends = await delivery.Ledger.ListAsync(chosen, cancellation);
            if (sends.Count == 0)
                throw new DeliveryException($"{published.Edition.Scope} has no recipients. \"metrics recipients add ADDRESS\" adds one.");
            Print(sends);
            return sends.All(s => s.State is SendState.Sent or SendState.Claimed) ? 0 : CommandLine.Failed;
        });
        return command;
    }

    private static async Task<long> InForceAsync(
        Product product, ScorecardDelivery delivery, ScorecardScope scope, string? text, CancellationToken cancellation)
    {
        var calendar = product.Reporting.Calendar;
        var period = text is null
            ? Model.Period.Containing(calendar.DayOf(product.Clock.GetUtcNow()), Model.Grain.Quarter, calendar).Previous
            : KpiCommand.PeriodOf(text, calendar, product.Clock);
        return (await delivery.Editions.InForceAsync(scope, period, cancellation))?.Edition
            ?? throw new DeliveryException($"There is no published scorecard of {period.Text} ({scope}): only a published one is sent.");
    }

    private static async Task<int> PreviewAsync(ScorecardSender sender, long edition, Mailbox to, CancellationToken cancellation)
    {
        var outcome = await sender.PreviewAsync(edition, to, cancellation);
        if (outcome.Result != SmtpResult.Accepted) throw new DeliveryException($"The preview was not sent to {to.Address}: {outcome.Detail}");
        Console.WriteLine($"The preview of edition {edition} was sent to {to.Address}: {outcome.Detail}");
        return 0;
    }

    private static async Task<int> DryAsync(PublishedScorecard published, ScorecardDelivery delivery, CancellationToken cancellation)
    {
        var edition = published.Edition;
        var known = await delivery.Ledger.ListAsync(edition.Edition, cancellation);
        var recipients = await delivery.Ledger.ResolvedAsync(edition.Scope, cancellation);
        var letter = await ScorecardLetter.ComposeAsync(published, delivery.RequiredSmtp.From, recipients, "dry-run@example.com", edition.PublishedAt!.Value);
        Console.WriteLine($"Edition {edition.Edition}: {edition.Scope}, {edition.Period.Text}, edition {edition.Number}. Its PDF is sound and says what was published.");
        Console.WriteLine();
        var table = Terminal.Table("", "Recipient", "Would be");
        foreach (var recipient in recipients)
        {
            var row = known.FirstOrDefault(s => s.Recipient.Address.Equals(recipient.Address, StringComparison.OrdinalIgnoreCase));
            table.AddTexts(recipient.Part.ToString(), recipient.ToString(), row is null ? "sent" : row.State == SendState.Queued ? "sent (in line)" : $"left alone ({Word(row.State)})");
        }

        Terminal.Screen.Write(table);
        Console.WriteLine($"Subject: {letter.Subject}");
        Console.WriteLine($"Attached: {letter.Attached!.FileName} ({letter.Attached.Content.Length / 1024} KiB)");
        Console.WriteLine();
        Console.WriteLine(letter.Text);
        Console.WriteLine("Nothing was sent.");
        return 0;
    }

    private static Command Status()
    {
        var edition = new Option<long?>("--edition") { Description = "of this edition only", HelpName = "N" };
        var open = new Option<bool>("--open") { Description = "only those that are not sent" };
        var command = new Command("status", "The ledger: who has got which edition, who has not, and why.\n\nExample:\n  metrics send status\n  metrics send status --open") { edition, open };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var ledger = new SendLedger(product.Database, product.Clock);
            await ledger.SettleAsync(cancellation);
            var sends = (await ledger.ListAsync(call.GetValue(edition), cancellation)).Where(s => !call.GetValue(open) || s.State != SendState.Sent).ToList();
            if (sends.Count == 0) Terminal.Say("There are no letters.");
            else Print(sends);
            return 0;
        });
        return command;
    }

    private static Command Resolve()
    {
        var id = new Argument<long>("id") { Description = "the number of the letter, as \"metrics send status\" shows it" };
        var settled = new Option<string>("--as") { Description = "sent: it has arrived; again: it has not, send it once more", Required = true, HelpName = "sent|again" };
        settled.AcceptOnlyFromAmong("sent", "again");
        var reason = new Option<string>("--reason") { Description = "how you know, for the audit log", Required = true, HelpName = "TEXT" };
        var by = new ApplyOptions("").By;
        var command = new Command(
            "resolve",
            "Settles a letter that is in doubt or has failed. Ask the recipient or look into the mail server's log first, by the letter's Message-ID.\n\n" +
            "Example:\n  metrics send resolve 12 --as sent --reason \"Ada has it\"\n  metrics send resolve 12 --as again --reason \"not in the mail server's log\"")
        { id, settled, by, reason };
        command.SetAction(async (call, cancellation) =>
        {
            await using var product = await CommandLine.OpenAsync(call, cancellation);
            var again = call.GetRequiredValue(settled) == "again";
            var send = await new SendLedger(product.Database, product.Clock).ResolveAsync(
                call.GetRequiredValue(id), again, call.GetRequiredValue(by), call.GetRequiredValue(reason), cancellation);
            Console.WriteLine(again
                ? $"Letter {send.Id} to {send.Recipient.Address} is in line again: the service sends it, or \"metrics send --edition {send.Edition}\"."
                : $"Letter {send.Id} to {send.Recipient.Address} counts as sent.");
            return 0;
        });
        return command;
    }

    private static void Print(IEnumerable<Send> sends)
    {
        var table = Terminal.Table("Letter", "Scorecard", "Recipient", "State", "When (UTC)", "Attempts", "Message-ID", "Why");
        foreach (var send in sends)
        {
            var when = send.State switch
            {
                SendState.Sent => Terminal.Moment(send.SentAt!.Value),
                SendState.Queued => $"from {Terminal.Moment(send.NotBefore)}",
                _ => send.ClaimedAt is { } claimed ? Terminal.Moment(claimed) : "",
            };
            var edition = string.Create(CultureInfo.InvariantCulture, $"{send.Period} {send.Recipient.Scope}, edition {send.Number}");
            table.AddTexts(
                send.Id.ToString(CultureInfo.InvariantCulture), edition, send.Recipient.Address, Word(send.State), when,
                send.Attempts.ToString(CultureInfo.InvariantCulture), send.MessageId, send.LastError ?? "");
        }

        Terminal.Screen.Write(table);
    }

    private static string Word(SendState state) => state == SendState.InDoubt ? "IN DOUBT" : state.ToString().ToLowerInvariant();
}
