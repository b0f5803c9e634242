using System.Runtime.CompilerServices;
using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Opsgenie;

/// <summary>Incidents and alerts of Opsgenie.</summary>
public sealed class OpsgenieSource : ISweepSource, IPushSource
{
    internal const string SourceName = "opsgenie";

    private const string What = "answers of Opsgenie's incident and alert APIs or its webhooks";

    public string Name => SourceName;

    public string Description => "Opsgenie: incidents with their timelines, and alerts, by its REST API, webhooks, or files of either.";

    public SourceSettings Settings { get; } = new()
    {
        Options =
        [
            new("api_url", OptionKind.Url, "https://api.eu.opsgenie.com in the EU.") { Default = "https://api.opsgenie.com" },
            new("web_url", OptionKind.Url, "https://ACME.app.opsgenie.com: links from evidence to its records lead there."),
            new("alerts", OptionKind.Flag, "Whether alerts are read too.") { Default = "true" },
        ],
        Secrets =
        [
            new("api_key", "An API key with read access and access to configuration off."),
        ],
        Topics =
        [
            new("severity", "The severity of an incident; else its priority: P1 is 1.", "priority", "tag", "service", "owner_team", "team", "title") { Words = ["1", "2", "3", "4", "5"] },
            new("team", "The team of an incident; else its owner team, else the first team among its responders.", "owner_team", "team", "service", "tag", "title"),
            new("dataset", "The datasets, separated by semicolons; else tags dataset:NAME. Of an alert the first.", "tag", "service", "owner_team", "team", "entity", "alias", "integration", "priority", "title"),
            new("cause", "The cause of an incident.", "tag", "service", "owner_team", "team", "title") { Words = FactWords.Of(typeof(IncidentCause)) },
            new("detected_by", "Who noticed an incident.", "tag", "service", "owner_team", "team", "title") { Words = FactWords.Of(typeof(DetectedBy)) },
            new("status", "false_alarm for tests and maintenance; else what Opsgenie says.", "tag", "service", "priority", "owner_team", "team", "title") { Words = FactWords.Of(typeof(IncidentStatus)) },
            new("incident", "The id of the incident that an alert belongs to.", "tag", "entity", "alias", "integration", "title"),
        ],
    };

    public IReadOnlyList<string> Vouches => ["incident", "alert"];

    public IEnumerable<Payload> Fetch(IReadOnlyList<string> paths) => JsonFiles.Fetch(paths, What);

    public Uri? LinkTo(SourceConnection connection, string fact, IReadOnlyList<string> key) => (connection.Url("web_url"), fact, key) switch
    {
        ({ } web, "incident", [var id]) => new Uri(web, $"incident/detail/{Uri.EscapeDataString(id)}"),
        ({ } web, "alert", [var id]) => new Uri(web, $"alert/detail/{Uri.EscapeDataString(id)}/details"),
        _ => null,
    };

    public Stream Redact(Payload payload, Redactor redactor) => new OpsgeniePrivacy(redactor).Rewrite(payload);

    public IAsyncEnumerable<Reading> ReadAsync(Payload payload, ReadContext context, CancellationToken cancellation) =>
        JsonRecords.ReadAsync(payload, new OpsgeniePrivacy(context.Redactor), OpsgenieReader.Read, What, cancellation);

    public IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments, ReadContext context) => OpsgenieComposer.Compose(fragments, context);

    public IAsyncEnumerable<Page> PullAsync(PullContext context, CancellationToken cancellation) => new OpsgeniePull(context).RunAsync(cancellation);

    public async Task<string> TestAsync(PullContext context, CancellationToken cancellation)
    {
        var answer = await new OpsgeniePull(context).ListAsync("v1/incidents?limit=1", cancellation);
        using var json = JsonDocument.Parse(answer);
        return $"{json.RootElement.Number("totalCount") ?? json.RootElement.At("data").Items().Count()} incidents";
    }

    public async IAsyncEnumerable<SweepPart> SweepAsync(PullContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Months, for the API lists no more than 20,000 at once.
        var now = context.Clock.GetUtcNow();
        var pull = new OpsgeniePull(context);
        for (var from = context.Since; from < now; from = from.AddMonths(1))
        {
            var to = from.AddMonths(1) < now ? from.AddMonths(1) : now;
            yield return new SweepPart(FactPart.Of("incident").Between("detected_at", from, to), pull.ExistingAsync("incident", from, to, cancellation));
            if (context.Connection.Flag("alerts"))
                yield return new SweepPart(FactPart.Of("alert").Between("raised_at", from, to), pull.ExistingAsync("alert", from, to, cancellation));
        }

        await Task.CompletedTask;
    }

    // Opsgenie does not sign; it sends the headers that one gives it.
    public PushedEvent Describe(PushRequest request)
    {
        try
        {
            using var json = JsonDocument.Parse(request.Body);
            var action = json.RootElement.Text("action");
            var isOurs = json.RootElement.Has("incident") || json.RootElement.Has("alert");
            if (action is not null && !isOurs) return new PushedEvent(null, Payload: null);
            return new PushedEvent(null, Payload.OfBytes(action is null ? "posted.json" : $"{action} webhook.json", request.Body));
        }
        catch (JsonException e)
        {
            throw new SourceException("The body is no JSON; Opsgenie's webhooks are.", e);
        }
    }
}
