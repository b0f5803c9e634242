using System.Runtime.CompilerServices;
using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.PagerDuty;

/// <summary>Incidents of PagerDuty.</summary>
public sealed class PagerDutySource : ISweepSource, IPushSource
{
    internal const string SourceName = "pagerduty";

    private const string What = "answers of PagerDuty's REST API or its V3 webhooks";

    public string Name => SourceName;

    public string Description => "PagerDuty: incidents with their triggers, acknowledgements and resolutions, by its REST API, V3 webhooks, or files of either.";

    public SourceSettings Settings { get; } = new()
    {
        Options =
        [
            new("api_url", OptionKind.Url, "https://api.eu.pagerduty.com in the EU service region.") { Default = "https://api.pagerduty.com" },
            new("web_url", OptionKind.Url, "https://ACME.pagerduty.com: links from evidence to its records lead there."),
            new("services", OptionKind.List, "Ids of the services to read; without it, all that the key may see."),
            new("teams", OptionKind.List, "Ids of the teams to read; without it, all that the key may see."),
        ],
        Secrets =
        [
            new("token", "A read-only REST API key."),
            new("webhook_secret", "The secret of the webhook subscription; while it is being changed, both, separated by a comma."),
        ],
        Topics =
        [
            new("severity", "The severity; else the digit of the priority; else urgency: high is 2, low is 4.", "priority", "urgency", "service", "team", "policy", "title") { Words = ["1", "2", "3", "4", "5"] },
            new("team", "The team; else the first of the incident's teams, else its service.", "service", "team", "policy", "title"),
            new("dataset", "The datasets, separated by semicolons.", "service", "team", "policy", "title"),
            new("cause", "The cause.", "service", "team", "policy", "title", "priority") { Words = FactWords.Of(typeof(IncidentCause)) },
            new("detected_by", "Who noticed.", "service", "team", "policy", "title") { Words = FactWords.Of(typeof(DetectedBy)) },
            new("status", "false_alarm for tests and maintenance; else what PagerDuty says.", "service", "team", "policy", "title", "priority", "urgency") { Words = FactWords.Of(typeof(IncidentStatus)) },
        ],
    };

    public IReadOnlyList<string> Vouches => ["incident"];

    public IEnumerable<Payload> Fetch(IReadOnlyList<string> paths) => JsonFiles.Fetch(paths, What);

    public Uri? LinkTo(SourceConnection connection, string fact, IReadOnlyList<string> key) =>
        (connection.Url("web_url"), fact, key) is ({ } web, "incident", [var id]) ? new Uri(web, $"incidents/{Uri.EscapeDataString(id)}") : null;

    public Stream Redact(Payload payload, Redactor redactor) => new PagerDutyPrivacy(redactor).Rewrite(payload);

    public IAsyncEnumerable<Reading> ReadAsync(Payload payload, ReadContext context, CancellationToken cancellation) =>
        JsonRecords.ReadAsync(payload, new PagerDutyPrivacy(context.Redactor), PagerDutyReader.Read, What, cancellation);

    public IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments, ReadContext context) => PagerDutyComposer.Compose(fragments, context);

    public IAsyncEnumerable<Page> PullAsync(PullContext context, CancellationToken cancellation) => new PagerDutyPull(context).RunAsync(cancellation);

    public async Task<string> TestAsync(PullContext context, CancellationToken cancellation)
    {
        var answer = await new PagerDutyPull(context).AskAsync("services?limit=1&total=true", cancellation)
            ?? throw new TerminalSourceException($"{context.Connection.Url("api_url")}services answered 404. Check api_url in sources.yaml.");
        using var json = JsonDocument.Parse(answer);
        return $"{json.RootElement.Number("total")} services";
    }

    public async IAsyncEnumerable<SweepPart> SweepAsync(PullContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Months, for the API lists no more than half a year and 10,000 incidents at once. It filters by creation, a moment after the trigger:
        // a listing that reaches further than its part does no harm.
        var now = context.Clock.GetUtcNow();
        var pull = new PagerDutyPull(context);
        for (var from = context.Since; from < now; from = from.AddMonths(1))
        {
            var to = from.AddMonths(1) < now ? from.AddMonths(1) : now;
            yield return new SweepPart(FactPart.Of("incident").Between("started_at", from, to), pull.ExistingAsync(from.AddHours(-1), to.AddHours(1), cancellation));
        }

        await Task.CompletedTask;
    }

    public bool? IsSigned(PushRequest request, SourceConnection connection, DateTimeOffset now)
    {
        if (request.Header("X-PagerDuty-Signature") is not { } header) return null;
        var secrets = connection.Secret("webhook_secret")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return header.Split(',', StringSplitOptions.TrimEntries)
            .Where(s => s.StartsWith("v1=", StringComparison.Ordinal))
            .Any(s => Array.Exists(secrets, secret => request.HasHmac(secret, s["v1=".Length..])));
    }

    public PushedEvent Describe(PushRequest request)
    {
        string? id = null;
        var type = "";
        try
        {
            using var json = JsonDocument.Parse(request.Body);
            id = json.RootElement.At("event").Text("id");
            type = json.RootElement.At("event").Text("event_type") ?? "";
        }
        catch (JsonException e)
        {
            throw new SourceException("The body is no JSON; PagerDuty's V3 webhooks are.", e);
        }

        // Pings, and events of services and of an incident's notes and workflows.
        if (type.Length > 0 && !IsAboutState(type)) return new PushedEvent(id, Payload: null);
        return new PushedEvent(id, Payload.OfBytes(type.Length == 0 ? "posted.json" : $"{type} webhook.json", request.Body));
    }

    private static bool IsAboutState(string type) => type is "incident.triggered" or "incident.acknowledged" or "incident.unacknowledged"
        or "incident.resolved" or "incident.reopened" or "incident.escalated" or "incident.delegated" or "incident.reassigned"
        or "incident.priority_updated" or "incident.service_updated" or "incident.incident_type.changed";
}
