using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Storage.Ingestion;

namespace Metrics.Tests.Sources.Tickets;

/// <summary>
/// The smallest whole source: a made-up ticket system, pulled page by page, pushed with a signature, read from files and swept.
/// It is what the tests of the engine use, and an example of the contract.
/// </summary>
internal sealed class TicketSource : IPushSource, ISweepSource
{
    public string Name => "tickets";

    public string Description => "Tickets of a made-up system, from its API, its webhook or saved pages (JSON).";

    public SourceSettings Settings { get; } = new()
    {
        Options =
        [
            new("base_url", OptionKind.Url, "the address of the API") { IsRequired = true },
            new("page_size", OptionKind.Number, "tickets asked for at a time") { Default = "2" },
            new("kinds", OptionKind.List, "kinds of ticket that are incidents") { Words = ["outage", "defect"] },
        ],
        Secrets =
        [
            new("token", "an API token that may read tickets") { IsRequired = true },
            new("webhook_secret", "the secret that webhooks are signed with"),
        ],
        Topics = [new("severity", "the incident's severity, 1 to 5", "label", "kind"), new("team", "the incident's team", "label")],
    };

    public IReadOnlyList<string> Vouches => ["incident"];

    public IEnumerable<Payload> Fetch(IReadOnlyList<string> paths) => paths.Select(Payload.OfFile);

    /// <summary>A webhook tells only what has changed.</summary>
    public WriteMode ModeOf(Payload payload) => payload.Headers.ContainsKey("event") ? WriteMode.Merge : WriteMode.Upsert;

    public Stream Redact(Payload payload, Redactor redactor)
    {
        var root = JsonNode.Parse(payload.Open())!;
        foreach (var ticket in root["tickets"]?.AsArray() ?? [])
            if (ticket?["by"] is not null) ticket["by"] = redactor.Hash(ticket["by"]!.GetValue<string>());
        return new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(root));
    }

    public async IAsyncEnumerable<Reading> ReadAsync(
        Payload payload, ReadContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var content = payload.Open();
        using var page = await Parse(payload, content, cancellation);
        var index = 0;
        foreach (var ticket in page.RootElement.GetProperty("tickets").EnumerateArray())
        {
            yield return Read(ticket, $"{payload.Name}, tickets[{index++}]", context.Mapping);
        }
    }

    public async IAsyncEnumerable<Page> PullAsync(PullContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var since = context.Cursor<TicketCursor>()?.UpdatedAt ?? context.Since;
        var newest = since;
        for (int? number = 1; number is not null;)
        {
            var payload = await context.Http.SendForPayloadAsync(
                Request(context, $"tickets?updated_since={Uri.EscapeDataString(since.ToString("O"))}&page={number}"), $"tickets page {number}.json", cancellation);
            using var page = JsonDocument.Parse(payload.Read());
            foreach (var ticket in page.RootElement.GetProperty("tickets").EnumerateArray())
                newest = ticket.GetProperty("updated").GetDateTimeOffset() is var at && at > newest ? at : newest;
            number = page.RootElement.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.Number ? next.GetInt32() : null;
            yield return Page.Of(payload, new TicketCursor(newest)) with
            {
                // Only the last page completes the time since the last pull.
                Covered = number is null ? [new TimeCovered("incident", since, context.Clock.GetUtcNow())] : [],
            };
        }
    }

    public async Task<string> TestAsync(PullContext context, CancellationToken cancellation)
    {
        await context.Http.SendForPayloadAsync(Request(context, "me"), "me.json", cancellation);
        return "the token may read tickets";
    }

    public async IAsyncEnumerable<SweepPart> SweepAsync(PullContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        yield return new SweepPart(FactPart.Of("incident"), ListAsync(context, cancellation));
    }

    public bool? IsSigned(PushRequest request, SourceConnection connection, DateTimeOffset now) =>
        request.Header("X-Signature") is not { } signature ? null : request.HasHmac(connection.Secret("webhook_secret"), signature.Replace("sha256=", "", StringComparison.Ordinal));

    public PushedEvent Describe(PushRequest request) => request.Header("X-Event") == "ping"
        ? new PushedEvent(null, null)
        : new PushedEvent(request.Header("X-Delivery"), Payload.OfBytes("webhook.json", request.Body) with
        {
            Headers = new Dictionary<string, string> { ["event"] = request.Header("X-Event") ?? "changed" },
        });

    private static async IAsyncEnumerable<Fact> ListAsync(PullContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var payload = await context.Http.SendForPayloadAsync(Request(context, "tickets/ids"), "ids.json", cancellation);
        using var ids = JsonDocument.Parse(payload.Read());
        foreach (var id in ids.RootElement.EnumerateArray()) yield return new Incident { Source = "tickets", IncidentId = id.GetString()! };
    }

    private static HttpRequestMessage Request(PullContext context, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(context.Connection.Url("base_url")!, path));
        request.Headers.Authorization = new("Bearer", context.Connection.RequiredSecret("token"));
        return request;
    }

    private static async Task<JsonDocument> Parse(Payload payload, Stream content, CancellationToken cancellation)
    {
        try
        {
            return await JsonDocument.ParseAsync(content, cancellationToken: cancellation);
        }
        catch (JsonException broken)
        {
            throw new SourceException($"{payload.Name}: not JSON ({broken.Message})");
        }
    }

    private static Reading Read(JsonElement ticket, string place, Mapping mapping)
    {
        if (!ticket.TryGetProperty("id", out var id)) return new RecordRejected(place, ticket.GetRawText(), "the ticket has no id");
        var attributes = new RawAttributes
        {
            { "label", ticket.TryGetProperty("labels", out var labels) ? labels.EnumerateArray().Select(l => l.GetString()) : [] },
        };
        var incident = new Incident
        {
            Source = "tickets",
            IncidentId = id.GetString()!,
            Severity = OptionText.Number(mapping.Apply("severity", attributes) ?? "3"),
            Team = mapping.Apply("team", attributes),
            DetectedAt = At("opened"),
            ResolvedAt = At("closed"),
            UpdatedAt = At("updated"),
        };
        return incident.Fault() is { } fault ? new RecordRejected(place, ticket.GetRawText(), fault) : new RecordRead(incident);

        DateTimeOffset? At(string name) =>
            ticket.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetDateTimeOffset() : null;
    }

    private sealed record TicketCursor(DateTimeOffset UpdatedAt);
}
