using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Metrics.Scorecards.Notices;

/// <summary>A channel of a chat service, behind an address that is a secret.</summary>
public sealed class Webhook : INoticeChannel, IDisposable
{
    private const int LongestTitle = 200;
    private const int LongestDetail = 600;
    private const int LongestTrouble = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Uri address;
    private readonly Func<IReadOnlyList<Notice>, JsonNode> message;

    // A redirect is not followed: what is behind it was not configured, and a message must not go there.
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Patience };

    private Webhook(string name, Uri address, Func<IReadOnlyList<Notice>, JsonNode> message) => (Name, this.address, this.message) = (name, address, message);

    public string Name { get; }

    /// <summary>An incoming webhook of Slack.</summary>
    public static Webhook Slack(Uri address) => new("slack", address, SlackMessage);

    /// <summary>A webhook of a Microsoft Teams workflow, which posts adaptive cards.</summary>
    public static Webhook Teams(Uri address) => new("teams", address, TeamsMessage);

    public bool Takes(NoticeKind kind) => true;

    public async Task<ChannelAnswer> TellAsync(IReadOnlyList<Notice> notices, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.PostAsJsonAsync(address, message(notices), cancellation);
            if (answer.IsSuccessStatusCode) return new ChannelAnswer();

            var body = await answer.Content.ReadAsStringAsync(cancellation);
            var isLasting = (int)answer.StatusCode is >= 300 and < 500 && answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout);
            return new ChannelAnswer(WithoutSecret($"{(int)answer.StatusCode} {answer.ReasonPhrase}: {Short(body.ReplaceLineEndings(" "), LongestTrouble)}"), isLasting, Wait(answer));
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return new ChannelAnswer(failed is TaskCanceledException ? $"No answer within {Patience.TotalSeconds:0} s." : WithoutSecret(failed.Message));
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>Text and blocks: the text is what a notification on a phone shows.</summary>
    internal static JsonNode SlackMessage(IReadOnlyList<Notice> notices) => new JsonObject
    {
        ["text"] = Escaped(Heading(notices)),
        ["blocks"] = new JsonArray(
        [
            .. notices.Select(n => new JsonObject
            {
                ["type"] = "section",
                ["text"] = new JsonObject
                {
                    ["type"] = "mrkdwn",
                    ["text"] = $"*{Escaped(Short(n.Title, LongestTitle))}*"
                        + (n.Detail.Length > 0 ? "\n" + Escaped(Short(n.Detail, LongestDetail)) : "")
                        + (n.Link is { } link ? $"\n<{Escaped(link.ToString())}|Open>" : ""),
                },
            }),
        ]),
        ["unfurl_links"] = false,
    };

    /// <summary>An adaptive card in the envelope that a workflow's trigger reads. Text runs take nothing for Markdown.</summary>
    internal static JsonNode TeamsMessage(IReadOnlyList<Notice> notices) => new JsonObject
    {
        ["type"] = "message",
        ["attachments"] = new JsonArray(new JsonObject
        {
            ["contentType"] = "application/vnd.microsoft.card.adaptive",
            ["contentUrl"] = null,
            ["content"] = new JsonObject
            {
                ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                ["type"] = "AdaptiveCard",
                ["version"] = "1.4",
                ["fallbackText"] = Heading(notices),
                ["msteams"] = new JsonObject { ["width"] = "Full" },
                ["body"] = new JsonArray([.. notices.Select((n, i) => Container(n, isFirst: i == 0))]),
            },
        }),
    };

    private static JsonObject Container(Notice notice, bool isFirst)
    {
        var items = new JsonArray(RichText(Short(notice.Title, LongestTitle), isStrong: true));
        if (notice.Detail.Length > 0) items.Add(RichText(Short(notice.Detail, LongestDetail), isStrong: false));
        if (notice.Link is { } link)
        {
            items.Add(new JsonObject
            {
                ["type"] = "ActionSet",
                ["actions"] = new JsonArray(new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = "Open", ["url"] = link.ToString() }),
            });
        }

        return new JsonObject { ["type"] = "Container", ["separator"] = !isFirst, ["items"] = items };
    }

    private static JsonObject RichText(string text, bool isStrong) => new()
    {
        ["type"] = "RichTextBlock",
        ["inlines"] = new JsonArray(new JsonObject { ["type"] = "TextRun", ["text"] = text, ["weight"] = isStrong ? "Bolder" : "Default" }),
    };

    private static string Heading(IReadOnlyList<Notice> notices) =>
        notices is [var one] ? Short(one.Title, LongestTitle) : $"{notices.Count} notices: {Short(string.Join("; ", notices.Select(n => n.Title)), LongestTitle)}";

    /// <summary>Slack's own rule: these three characters and no others.</summary>
    private static string Escaped(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Short(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    private string WithoutSecret(string text) =>
        text.Replace(address.ToString(), "(the webhook)", StringComparison.OrdinalIgnoreCase)
            .Replace(address.PathAndQuery.Length > 1 ? address.PathAndQuery : "\0", "(the webhook)", StringComparison.OrdinalIgnoreCase);

    private static TimeSpan? Wait(HttpResponseMessage answer) => answer.Headers.RetryAfter?.Delta is { } wait && wait < TimeSpan.FromDays(1) ? wait : null;
}
