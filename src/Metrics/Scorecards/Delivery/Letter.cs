using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Metrics.Scorecards.Delivery;

/// <summary>An email: what its headers say, its text in two forms, and an attachment.</summary>
public sealed record Letter
{
    public required Mailbox From { get; init; }

    /// <summary>Whom the headers name; whom it is delivered to is the envelope's affair.</summary>
    public IReadOnlyList<Mailbox> To { get; init; } = [];

    public IReadOnlyList<Mailbox> Cc { get; init; } = [];

    public required string Subject { get; init; }

    public required DateTimeOffset Date { get; init; }

    /// <summary>Without angle brackets: <c>something@example.com</c>.</summary>
    public required string MessageId { get; init; }

    public required string Text { get; init; }

    /// <summary>Null for a letter in plain text only.</summary>
    public string? Html { get; init; }

    public Attachment? Attached { get; init; }

    /// <summary>A file within an email.</summary>
    /// <param name="FileName">Any characters but control characters.</param>
    /// <param name="MediaType">Such as <c>application/pdf</c>.</param>
    public sealed record Attachment(string FileName, string MediaType, byte[] Content);

    /// <summary>
    /// The letter as it is transmitted (RFC 5322, 2045, 2047, 2231): ASCII, lines of at most 76 characters that end with CR LF.
    /// The same letter gives the same bytes. No text, whatever is in it, becomes another header.
    /// </summary>
    public byte[] ToBytes()
    {
        var mime = new StringBuilder();
        Header(mime, "From", Address(From));
        Header(mime, "To", To.Count > 0 ? List(To) : Cc.Count > 0 ? [] : ["undisclosed-recipients:;"]);
        Header(mime, "Cc", List(Cc));
        Header(mime, "Subject", Words(Subject));
        Header(mime, "Date", [Date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)
            + Date.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal)]);
        Header(mime, "Message-ID", [$"<{OneLine(MessageId)}>"]);
        Header(mime, "List-Id", [$"<scorecards.{From.Domain}>"]);
        Header(mime, "Auto-Submitted", ["auto-generated"]);
        Header(mime, "MIME-Version", ["1.0"]);
        if (Attached is null)
        {
            Body(mime);
        }
        else
        {
            Multipart(mime, "mixed", () => Body(mime), () =>
            {
                Header(mime, "Content-Type", [Attached.MediaType]);
                Header(mime, "Content-Disposition", ["attachment;", .. FileName(Attached.FileName)]);
                Base64(mime, Attached.Content);
            });
        }

        return Encoding.ASCII.GetBytes(mime.ToString());
    }

    private void Body(StringBuilder mime)
    {
        if (Html is null) TextPart(mime, "plain", Text);
        else Multipart(mime, "alternative", () => TextPart(mime, "plain", Text), () => TextPart(mime, "html", Html));
    }

    private static void TextPart(StringBuilder mime, string subtype, string text)
    {
        Header(mime, "Content-Type", [$"text/{subtype};", "charset=utf-8"]);
        Base64(mime, Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));
    }

    /// <summary>The boundary holds an underscore, which base64 does not: no part can contain it.</summary>
    private void Multipart(StringBuilder mime, string subtype, params Action[] parts)
    {
        var boundary = $"=_{subtype}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(MessageId)))[..24]}";
        Header(mime, "Content-Type", [$"multipart/{subtype};", $"boundary=\"{boundary}\""]);
        foreach (var part in parts)
        {
            mime.Append("\r\n--").Append(boundary).Append("\r\n");
            part();
        }

        mime.Append("\r\n--").Append(boundary).Append("--\r\n");
    }

    private static void Base64(StringBuilder mime, byte[] content)
    {
        const int most = 76;
        Header(mime, "Content-Transfer-Encoding", ["base64"]);
        var text = Convert.ToBase64String(content);
        mime.Append("\r\n");
        for (var at = 0; at < text.Length; at += most) mime.Append(text, at, Math.Min(most, text.Length - at)).Append("\r\n");
    }

    /// <summary>A header of words, folded before a word that would make its line too long.</summary>
    private static void Header(StringBuilder mime, string name, IEnumerable<string> words)
    {
        const int most = 76;
        var all = words.ToList();
        if (all.Count == 0) return;
        mime.Append(name).Append(':');
        var length = name.Length + 1;
        foreach (var word in all)
        {
            if (length + 1 + word.Length > most && length > name.Length + 1)
            {
                mime.Append("\r\n");
                length = 0;
            }

            mime.Append(' ').Append(word);
            length += 1 + word.Length;
        }

        mime.Append("\r\n");
    }

    private static IEnumerable<string> List(IReadOnlyList<Mailbox> mailboxes) => mailboxes.SelectMany((mailbox, i) =>
    {
        var words = Address(mailbox);
        return i < mailboxes.Count - 1 ? words[..^1].Append(words[^1] + ",") : words;
    });

    private static string[] Address(Mailbox mailbox)
    {
        if (mailbox.Name is not { } name) return [mailbox.Address];
        var shown = IsPlain(name) && name.Length <= 60
            ? [$"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""]
            : EncodedWords(OneLine(name));
        return [.. shown, $"<{mailbox.Address}>"];
    }

    private static IEnumerable<string> Words(string text) => IsPlain(text) && text.Split(' ').All(word => word.Length <= 60)
        ? text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        : EncodedWords(OneLine(text));

    /// <summary>Printable ASCII that nobody takes for an encoded word.</summary>
    private static bool IsPlain(string text) => text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal);

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    /// <summary>RFC 2047: at most 75 characters each, none of which cuts a character.</summary>
    private static IEnumerable<string> EncodedWords(string text)
    {
        const int most = 45;
        var chunk = new List<byte>(most);
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = new byte[rune.Utf8SequenceLength];
            rune.EncodeToUtf8(bytes);
            if (chunk.Count + bytes.Length > most)
            {
                yield return $"=?utf-8?B?{Convert.ToBase64String([.. chunk])}?=";
                chunk.Clear();
            }

            chunk.AddRange(bytes);
        }

        yield return $"=?utf-8?B?{Convert.ToBase64String([.. chunk])}?=";
    }

    /// <summary>RFC 2231 for what is not plain; with both forms some readers would take the poorer one.</summary>
    private static IEnumerable<string> FileName(string name) => name.All(c => c is >= ' ' and <= '~' and not ('"' or '\\' or '/'))
        ? [$"filename=\"{name}\""]
        : [$"filename*=UTF-8''{Uri.EscapeDataString(OneLine(name))}"];
}
