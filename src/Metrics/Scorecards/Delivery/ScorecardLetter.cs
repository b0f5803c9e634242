using System.Globalization;
using System.Text;

namespace Metrics.Scorecards.Delivery;

/// <summary>A published scorecard, as the one who sends it needs it.</summary>
/// <param name="Scorecard">What the PDF says.</param>
/// <param name="Style">How it says it.</param>
/// <param name="Pdf">The document, to the byte.</param>
public sealed record PublishedScorecard(ScorecardEdition Edition, Scorecard Scorecard, ScorecardStyle Style, byte[] Pdf)
{
    /// <summary>The address of the document in the service; null where nobody said what address the service has.</summary>
    public Uri? Link { get; init; }
}

/// <summary>The email of a published scorecard: who missed what and what moved, in the document's own words and figures.</summary>
public static class ScorecardLetter
{
    private const int Width = 76;

    /// <param name="published">What it is about.</param>
    /// <param name="from">Who sends it.</param>
    /// <param name="recipients">All of the edition: those of To and Cc are named in the headers.</param>
    /// <param name="messageId">Of this recipient's letter.</param>
    /// <param name="date">When it is sent.</param>
    /// <param name="isPreview">The subject says so.</param>
    public static async Task<Letter> ComposeAsync(
        PublishedScorecard published, Mailbox from, IReadOnlyList<Recipient> recipients, string messageId, DateTimeOffset date, bool isPreview = false) => new()
        {
            From = from,
            To = Named(recipients, MailPart.To),
            Cc = Named(recipients, MailPart.Cc),
            Subject = (isPreview ? "[Preview] " : "") + Subject(published),
            Date = date,
            MessageId = messageId,
            Text = Text(new LetterSummary(published)),
            Html = await ScorecardHtml.RenderAsync<LetterPage>(new Dictionary<string, object?> { ["Summary"] = new LetterSummary(published) }),
            Attached = new Letter.Attachment(FileName(published.Edition), "application/pdf", published.Pdf),
        };

    /// <summary>Such as <c>Data platform scorecard 2026-Q3: 19 of 22 KPIs meet their target; 3 missed</c>.</summary>
    public static string Subject(PublishedScorecard published)
    {
        var (edition, scorecard) = (published.Edition, published.Scorecard);
        var scope = edition.Scope.Kind == ScopeKind.Platform ? "" : $", {scorecard.Scope}";
        var number = edition.Number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", edition {edition.Number}");
        return $"{scorecard.Title}{scope}{number}: {scorecard.Highlights.Headline.TrimEnd('.')}";
    }

    /// <summary>Of the attachment: <c>scorecard-2026-Q3.pdf</c>, <c>scorecard-2026-Q3-orders.pdf</c>.</summary>
    public static string FileName(ScorecardEdition edition)
    {
        var scope = edition.Scope.Name.Length == 0 ? "" : "-" + edition.Scope.Name;
        var number = edition.Number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-edition-{edition.Number}");
        return $"scorecard-{edition.Period.Text}{scope}{number}.pdf".Replace('/', '_');
    }

    private static List<Mailbox> Named(IReadOnlyList<Recipient> recipients, MailPart part) =>
        [.. recipients.Where(r => r.Part == part).Select(r => Mailbox.Of(r.Address, r.Name))];

    private static string Text(LetterSummary summary)
    {
        var text = new StringBuilder();
        Paragraph(summary.Title);
        foreach (var (name, value) in summary.Facts) text.AppendLine(CultureInfo.InvariantCulture, $"{name + ":",-11} {value}");
        text.AppendLine();
        Paragraph(summary.Headline);
        foreach (var section in summary.Sections)
        {
            text.AppendLine(section.Title).AppendLine(new string('-', section.Title.Length));
            foreach (var line in section.Lines.Select(l => l.Text).DefaultIfEmpty(section.None)) Wrap("- " + line, "  ");
            text.AppendLine();
        }

        if (summary.Link is { } link) text.AppendLine(CultureInfo.InvariantCulture, $"Open it: {link}").AppendLine();
        Paragraph(summary.Closing);
        return text.ToString();

        void Paragraph(string words)
        {
            Wrap(words, "");
            text.AppendLine();
        }

        void Wrap(string words, string indent)
        {
            var length = 0;
            foreach (var word in words.Split(' '))
            {
                if (length > 0 && length + 1 + word.Length > Width)
                {
                    text.AppendLine().Append(indent);
                    length = indent.Length;
                }
                else if (length > 0)
                {
                    text.Append(' ');
                    length++;
                }

                text.Append(word);
                length += word.Length;
            }

            text.AppendLine();
        }
    }
}
