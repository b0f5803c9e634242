using System.Globalization;
using Metrics.Scorecards.Delivery;

namespace Metrics.Scorecards.Notices;

/// <summary>Tells those who own the scorecards by email what only they can mend.</summary>
public sealed class NoticeMail(SmtpSettings smtp, Mailbox to, TimeProvider clock) : INoticeChannel
{
    public string Name => $"mail {to.Address}";

    public bool Takes(NoticeKind kind) => kind is NoticeKind.ScorecardOverdue or NoticeKind.LetterTrouble;

    public async Task<ChannelAnswer> TellAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var letter = new Letter
        {
            From = smtp.From,
            To = [to],
            Subject = notices is [var one] ? one.Title : string.Create(CultureInfo.InvariantCulture, $"{notices.Count} notices about scorecards"),
            Date = now,
            MessageId = $"notice-{Guid.NewGuid():N}@{smtp.From.Domain}",
            Text = string.Join("\n\n", notices.Select(n => string.Join('\n', new[] { n.Title, n.Detail, n.Link?.ToString() }.Where(l => !string.IsNullOrEmpty(l))))) + "\n",
        };
        var outcome = await new SmtpClient(smtp).SendAsync(to, letter.ToBytes(), cancellation);
        return outcome.Result switch
        {
            SmtpResult.Accepted => new ChannelAnswer(),
            SmtpResult.Refused => new ChannelAnswer(outcome.Detail, IsLasting: true),
            _ => new ChannelAnswer(outcome.Detail),
        };
    }
}
