using Metrics.Scorecards.Editions;
using Metrics.Scorecards.Printing;
using Microsoft.Extensions.Logging;

namespace Metrics.Scorecards.Delivery;

/// <summary>Sends what is due in the ledger.</summary>
/// <param name="ledger">Where every letter is claimed and written down.</param>
/// <param name="editions">The documents.</param>
/// <param name="scorecardOf">The figures of a published edition, as they were published.</param>
/// <param name="smtp">The mail server.</param>
/// <param name="link">The address of an edition's document in the service; null where there is none.</param>
/// <param name="log">The operator's.</param>
public sealed class ScorecardSender(
    SendLedger ledger,
    EditionStore editions,
    Func<ScorecardEdition, CancellationToken, Task<(Scorecard Scorecard, ScorecardStyle Style)>> scorecardOf,
    SmtpSettings smtp,
    Func<ScorecardEdition, Uri?> link,
    TimeProvider clock,
    ILogger log)
{
    /// <summary>Sends all letters that are due, and returns what has become of those that it had to do with.</summary>
    /// <param name="only">Of this edition; null for all.</param>
    /// <param name="cancellation">Ends the run after the letter at hand.</param>
    public async Task<IReadOnlyList<Send>> RunAsync(long? only = null, CancellationToken cancellation = default)
    {
        var touched = new HashSet<long>();
        foreach (var lost in await ledger.SettleAsync(cancellation))
        {
            log.LogError(
                "Letter {Send} of edition {Edition} to {Address} is in doubt: its sender ended while it was sending. \"metrics send resolve {Id}\" settles it",
                lost.Id, lost.Edition, lost.Recipient.Address, lost.Id);
            touched.Add(lost.Id);
        }

        var due = await ledger.DueEditionsAsync(cancellation);
        if (due.Any(e => only is null || e == only))
        {
            await using var sender = await ledger.OpenSenderAsync(cancellation);
            foreach (var edition in due.Where(e => only is null || e == only))
            {
                if (!await SendAsync(edition, sender, touched, cancellation)) break;
            }
        }

        return [.. (await ledger.ListAsync(only, CancellationToken.None)).Where(s => touched.Contains(s.Id))];
    }

    /// <summary>The edition with its document read back and compared with its figures, ready to be sent.</summary>
    /// <exception cref="DeliveryException">It is not published.</exception>
    /// <exception cref="ScorecardException">There is no such edition, or its document is not the one that was published.</exception>
    /// <exception cref="PdfCheckException">The document does not say what it should.</exception>
    public async Task<PublishedScorecard> CheckedAsync(long number, CancellationToken cancellation = default)
    {
        var edition = await editions.FindAsync(number, cancellation);
        if (edition.State != EditionState.Published) throw DeliveryException.NotPublished(edition);
        var pdf = await editions.DocumentAsync(number, cancellation);
        var (scorecard, style) = await scorecardOf(edition, cancellation);
        await ScorecardPdf.CheckAsync(pdf, await editions.ExpectedAsync(number, cancellation) ?? ScorecardPdf.Expected(scorecard, style), cancellation);
        return new PublishedScorecard(edition, scorecard, style, pdf) { Link = link(edition) };
    }

    /// <summary>One letter to anybody, which is not in the ledger: to look at before the others are sent.</summary>
    public async Task<SmtpOutcome> PreviewAsync(long edition, Mailbox to, CancellationToken cancellation = default)
    {
        var published = await CheckedAsync(edition, cancellation);
        var recipient = new Recipient(published.Edition.Scope, to.Address, to.Name, MailPart.To);
        var id = $"preview-{Guid.NewGuid():N}@{smtp.From.Domain}";
        var letter = await ScorecardLetter.ComposeAsync(published, smtp.From, [recipient], id, clock.GetUtcNow(), isPreview: true);
        return await new SmtpClient(smtp).SendAsync(to, letter.ToBytes(), cancellation);
    }

    /// <returns>False where the mail server cannot be used: then there is no point in going on.</returns>
    private async Task<bool> SendAsync(long edition, Sender sender, HashSet<long> touched, CancellationToken cancellation)
    {
        PublishedScorecard published;
        try
        {
            published = await CheckedAsync(edition, cancellation);
        }
        catch (Exception wrong) when (wrong is PrintingException or ScorecardException or IOException or DeliveryException)
        {
            var reason = wrong is PdfCheckException check ? $"The PDF failed the check before sending: {string.Join("; ", check.Faults)}." : wrong.Message;
            log.LogError("Edition {Edition} is not sent: {Reason}", edition, reason);
            foreach (var held in (await ledger.ListAsync(edition, cancellation)).Where(s => s.State == SendState.Queued)) touched.Add(held.Id);
            await ledger.HoldAsync(edition, reason, wrong is PdfCheckException or ScorecardException, cancellation);
            return true;
        }

        var recipients = (await ledger.ListAsync(edition, cancellation)).Select(s => s.Recipient).ToList();
        while (!cancellation.IsCancellationRequested && await ledger.ClaimAsync(edition, sender, cancellation) is { } send)
        {
            touched.Add(send.Id);
            var outcome = await SendAsync(published, recipients, send, sender, cancellation);
            var state = await ledger.RecordAsync(send, sender, outcome, CancellationToken.None);
            Report(send, state, outcome);
            if (outcome.Result == SmtpResult.Unavailable) return false;
        }

        return true;
    }

    private async Task<SmtpOutcome> SendAsync(
        PublishedScorecard published, IReadOnlyList<Recipient> recipients, Send send, Sender sender, CancellationToken cancellation)
    {
        try
        {
            var letter = await ScorecardLetter.ComposeAsync(published, smtp.From, recipients, send.MessageId, clock.GetUtcNow());
            return await new SmtpClient(smtp).SendAsync(Mailbox.Of(send.Recipient.Address, send.Recipient.Name), letter.ToBytes(), cancellation);
        }
        catch
        {
            // Stopped or failed before the letter was complete: nothing can have arrived.
            await ledger.ReleaseAsync(send, sender, CancellationToken.None);
            throw;
        }
    }

    private void Report(Send send, SendState state, SmtpOutcome outcome)
    {
        var (level, what) = state switch
        {
            SendState.Sent => (LogLevel.Information, "sent"),
            SendState.Queued => (LogLevel.Warning, "not sent yet"),
            SendState.InDoubt => (LogLevel.Error, "in doubt; settle it with \"metrics send resolve\""),
            _ => (LogLevel.Error, "not sent"),
        };
        log.Log(level, "Letter {Send} of edition {Edition} to {Address}: {What}. {Detail}", send.Id, send.Edition, send.Recipient.Address, what, outcome.Detail);
    }
}
