using System.Globalization;
using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Scorecards.Delivery;
using Metrics.Scorecards.Editions;
using Metrics.Scorecards.Notices;
using Metrics.Server.Commands;

namespace Metrics.Server.Hosting;

/// <summary>How scorecards and notices reach people, as the settings say.</summary>
public sealed class ScorecardDelivery : IDisposable
{
    private readonly Product product;
    private readonly Settings settings;

    private ScorecardDelivery(Product product, Settings settings)
    {
        this.product = product;
        this.settings = settings;
        Link = LinkOf(settings);
        Smtp = SmtpOf(settings);
        Rule = RuleOf(settings, product.Reporting.Calendar.Zone);
        Channels = [.. ChannelsOf(settings, Smtp, product.Clock)];
    }

    /// <summary>Null where no mail server is configured.</summary>
    public SmtpSettings? Smtp { get; }

    /// <summary>Null where scorecards go out by hand only.</summary>
    public ReleaseRule? Rule { get; }

    public IReadOnlyList<INoticeChannel> Channels { get; }

    public Uri? Link { get; }

    public RecipientStore Recipients => new(product.Database, product.Clock);

    public SendLedger Ledger => new(product.Database, product.Clock);

    public EditionStore Editions => new(product.Database, product.Reporting.Calendar);

    public NoticeBoard Notices => new(product.Database, Channels);

    public NoticeWatch Watch => new(product.Database, product.Evaluator, Notices, product.Reporting.Calendar, Link, product.Clock);

    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    public static ScorecardDelivery Of(Product product, Settings settings) => new(product, settings);

    public NoticeCourier Courier(ILogger log) => new(product.Database, Channels, product.Clock, log);

    /// <exception cref="SettingsException">No mail server is configured.</exception>
    public ScorecardSender Sender(ILogger log) => new(Ledger, Editions, ScorecardOfAsync, RequiredSmtp, LinkOf, product.Clock, log);

    /// <summary>Null where nothing goes out by itself.</summary>
    public ReleaseSchedule? Schedule => Smtp is null || Rule is null ? null : new ReleaseSchedule(
        product.Database, Ledger, Recipients, Editions, Notices, Rule, product.Reporting.Calendar, Smtp.From.Domain, product.Clock);

    /// <exception cref="SettingsException">No mail server is configured.</exception>
    public SmtpSettings RequiredSmtp => Smtp
        ?? throw new SettingsException("No mail server is configured: set Smtp:Host and Smtp:From, and Smtp:User and Smtp:Password if it wants a sign-in.");

    public void Dispose()
    {
        foreach (var channel in Channels.OfType<IDisposable>()) channel.Dispose();
    }

    private Uri? LinkOf(ScorecardEdition edition) =>
        Link is null ? null : new Uri(Link, string.Create(CultureInfo.InvariantCulture, $"scorecards/{edition.Edition}"));

    /// <summary>What an edition says, as it was frozen.</summary>
    private async Task<(Scorecard, ScorecardStyle)> ScorecardOfAsync(ScorecardEdition edition, CancellationToken cancellation)
    {
        var desk = ScorecardFile.Desk(product, settings);
        return (await desk.ComposeAsync(edition.Edition, cancellation), edition.Style ?? desk.Style);
    }

    private static SmtpSettings? SmtpOf(Settings settings)
    {
        if (settings["Smtp:Host"].Length == 0) return null;
        return new SmtpSettings
        {
            Host = settings["Smtp:Host"],
            Port = settings.Number("Smtp:Port", 1, 65535),
            Tls = Enum.TryParse<SmtpTls>(settings["Smtp:Tls"], ignoreCase: true, out var tls) && Enum.IsDefined(tls)
                ? tls
                : throw new SettingsException($"Smtp:Tls is \"{settings["Smtp:Tls"]}\"; allowed are required, optional, implicit, none."),
            User = Given(settings, "Smtp:User"),
            Password = Given(settings, "Smtp:Password"),
            From = MailboxOf(settings, "Smtp:From") ?? throw new SettingsException("Smtp:Host is set and Smtp:From is not: set the sender, such as metrics@example.com."),
            CertificateAuthority = Given(settings, "Smtp:CertificateAuthority"),
            Timeout = TimeSpan.FromSeconds(settings.Number("Smtp:TimeoutSeconds", 1, 120)),
        };
    }

    private static ReleaseRule? RuleOf(Settings settings, TimeZoneInfo zone)
    {
        if (!TimeOnly.TryParseExact(settings["Delivery:Time"], "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            throw new SettingsException($"Delivery:Time is \"{settings["Delivery:Time"]}\"; write it as 09:00.");
        var day = settings.Number("Delivery:BusinessDay", 0, 20);
        return day == 0 ? null : new ReleaseRule(day, time) { Cron = CronOf(settings, zone) };
    }

    private static Cron? CronOf(Settings settings, TimeZoneInfo zone)
    {
        try
        {
            return Given(settings, "Delivery:Cron") is { } text ? new Cron(text, zone) : null;
        }
        catch (FormatException wrong)
        {
            throw new SettingsException($"Delivery:Cron: {wrong.Message}");
        }
    }

    private static IEnumerable<INoticeChannel> ChannelsOf(Settings settings, SmtpSettings? smtp, TimeProvider clock)
    {
        if (WebhookOf(settings, "Notifications:Slack") is { } slack) yield return Webhook.Slack(slack);
        if (WebhookOf(settings, "Notifications:Teams") is { } teams) yield return Webhook.Teams(teams);
        if (smtp is null) yield break;
        foreach (var told in new[] { MailboxOf(settings, "Delivery:Owner"), MailboxOf(settings, "Delivery:Approver") }.OfType<Mailbox>().DistinctBy(m => m.Address))
            yield return new NoticeMail(smtp, told, clock);
    }

    /// <summary>An address that is a secret is not repeated in the message.</summary>
    private static Uri? WebhookOf(Settings settings, string name)
    {
        if (Given(settings, name) is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == "https" || (address.Scheme == "http" && address.IsLoopback))
            ? address
            : throw new SettingsException($"{name} is not the address of a webhook: it begins with https://.");
    }

    private static Uri? LinkOf(Settings settings)
    {
        if (Given(settings, "Delivery:Link") is not { } text) return null;
        return Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var link) && link.Scheme is "http" or "https"
            ? link
            : throw new SettingsException($"Delivery:Link is \"{text}\"; write an address such as https://metrics.example.com.");
    }

    private static Mailbox? MailboxOf(Settings settings, string name)
    {
        try
        {
            return Given(settings, name) is { } text ? Mailbox.Parse(text) : null;
        }
        catch (FormatException wrong)
        {
            throw new SettingsException($"{name}: {wrong.Message}");
        }
    }

    private static string? Given(Settings settings, string name) => settings[name] is { Length: > 0 } text ? text : null;
}
