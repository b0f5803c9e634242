using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Metrics.Model.Facts;

namespace Metrics.Sources.Opsgenie;

/// <summary>How far one kind of record has been read.</summary>
/// <param name="Since">All that were created before have been read.</param>
/// <param name="Open">Those that were not closed when they were last read: they are read again.</param>
internal sealed record ListCursor(DateTimeOffset Since, IReadOnlyList<string> Open)
{
    /// <summary>The end of the window that is being read; null between windows.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Where the next page of the window begins.</summary>
    public int Offset { get; init; }

    /// <summary>What is vouched for so far.</summary>
    public DateTimeOffset? CoveredTo { get; init; }
}

/// <summary>How far everything has been read.</summary>
internal sealed record OpsgenieCursor(ListCursor Incidents, ListCursor Alerts);

/// <summary>
/// Reads incidents with their timelines, and alerts, by the time they were created; and again those that are or were open.
/// Opsgenie filters by creation only, and lists no more than 20,000 at once.
/// </summary>
internal sealed class OpsgeniePull(PullContext context)
{
    private const int PageSize = 100;
    private const int Reachable = 20_000;

    private static readonly TimeSpan Widest = TimeSpan.FromDays(90);
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    private OpsgenieCursor cursor = context.Cursor<OpsgenieCursor>()
        ?? new OpsgenieCursor(new ListCursor(context.Since, []), new ListCursor(context.Since, []));

    public async IAsyncEnumerable<Page> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var page in ReadAsync("incident", cancellation)) yield return page;
        if (!context.Connection.Flag("alerts")) yield break;
        await foreach (var page in ReadAsync("alert", cancellation)) yield return page;
    }

    /// <summary>Keys of what was created in a time and still exists.</summary>
    public async IAsyncEnumerable<Fact> ExistingAsync(
        string kind, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var read = PageSize;
        for (var offset = 0; read == PageSize; offset += read)
        {
            if (offset + PageSize > Reachable)
                throw new TransientSourceException($"Opsgenie has more than {Reachable} {kind}s between {from:O} and {to:O}; they were not swept.");
            using var json = JsonDocument.Parse(await ListAsync(Window(kind, from, to, offset), cancellation));
            var ids = json.RootElement.At("data").Items().Select(i => i.Text("id")).OfType<string>().ToList();
            foreach (var id in ids)
            {
                yield return kind == "incident"
                    ? new Incident { IncidentId = id, Source = OpsgenieSource.SourceName }
                    : new Alert { AlertId = id, Source = OpsgenieSource.SourceName };
            }

            read = ids.Count;
        }
    }

    /// <exception cref="SourceException">Opsgenie refuses or does not answer.</exception>
    public async Task<byte[]> ListAsync(string path, CancellationToken cancellation) => await AskAsync(path, cancellation)
        ?? throw new TerminalSourceException($"{context.Connection.Url("api_url")}{path.Split('?')[0]} answered 404. Check api_url in sources.yaml.");

    private async IAsyncEnumerable<Page> ReadAsync(string kind, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var now = context.Clock.GetUtcNow();
        var from = At(kind).CoveredTo ?? context.Since;
        await foreach (var page in OpenAgainAsync(kind, cancellation)) yield return page;
        var width = Widest;
        while (At(kind).To is not null || At(kind).Since < now)
        {
            var at = At(kind);
            var to = at.To ?? (at.Since + width < now ? at.Since + width : now);
            context.Say($"{kind}s since {at.Since:yyyy-MM-dd}");
            if (at.Offset + PageSize > Reachable)
            {
                // Too many at once: a narrower window holds fewer. What was read is read again, which changes nothing.
                width = (to - at.Since) / 4;
                Move(kind, at with { To = null, Offset = 0 });
                if (width < TimeSpan.FromMinutes(1)) throw new TerminalSourceException($"Opsgenie has more than {Reachable} {kind}s within a minute at {at.Since:O}.");
                continue;
            }

            var body = await ListAsync(Window(kind, at.Since, to, at.Offset), cancellation);
            using var json = JsonDocument.Parse(body);
            var records = json.RootElement.At("data").Items().ToList();
            await foreach (var timeline in TimelinesAsync(kind, records, cancellation)) yield return Page.Of(timeline, cursor);
            at = at with { Open = Remember(at.Open, records) };
            Move(kind, records.Count == PageSize
                ? at with { To = to, Offset = at.Offset + records.Count }
                : at with { To = null, Offset = 0, Since = to });
            yield return Page.Of(Payload.OfBytes($"{kind}s of {at.Since:yyyy-MM-dd}, from {at.Offset}.json", body), cursor);
        }

        Move(kind, At(kind) with { Since = now - Overlap, CoveredTo = now });
        yield return Page.Of(payload: null, cursor) with { Covered = [new TimeCovered(kind, from, now)] };
    }

    /// <summary>All that is open now, whenever it was created; then what was open and no longer is.</summary>
    private async IAsyncEnumerable<Page> OpenAgainAsync(string kind, [EnumeratorCancellation] CancellationToken cancellation)
    {
        context.Say($"open {kind}s");
        var left = At(kind).Open.ToHashSet();
        var read = PageSize;
        for (var offset = 0; read == PageSize && offset + PageSize <= Reachable; offset += read)
        {
            var body = await ListAsync(
                string.Create(CultureInfo.InvariantCulture, $"{Path(kind)}?query=status%3Aopen&sort=createdAt&order=asc&limit={PageSize}&offset={offset}"), cancellation);
            using var json = JsonDocument.Parse(body);
            var records = json.RootElement.At("data").Items().ToList();
            await foreach (var timeline in TimelinesAsync(kind, records, cancellation)) yield return Page.Of(timeline, cursor);
            Move(kind, At(kind) with { Open = Remember(At(kind).Open, records) });
            left.ExceptWith(records.Select(r => r.Text("id")!));
            yield return Page.Of(Payload.OfBytes($"open {kind}s, from {offset}.json", body), cursor);
            read = records.Count;
        }

        foreach (var id in left)
        {
            if (await AskAsync($"{Path(kind)}/{Uri.EscapeDataString(id)}?identifierType=id", cancellation) is not { } body)
            {
                // Deleted meanwhile, which a sweep finds out.
                Move(kind, At(kind) with { Open = [.. At(kind).Open.Where(o => o != id)] });
                yield return Page.Of(payload: null, cursor);
                continue;
            }

            using var json = JsonDocument.Parse(body);
            List<JsonElement> records = [json.RootElement.At("data")];
            await foreach (var timeline in TimelinesAsync(kind, records, cancellation)) yield return Page.Of(timeline, cursor);
            Move(kind, At(kind) with { Open = Remember(At(kind).Open, records) });
            yield return Page.Of(Payload.OfBytes($"{kind} {id}.json", body), cursor);
        }
    }

    private async IAsyncEnumerable<Payload> TimelinesAsync(string kind, List<JsonElement> records, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (kind != "incident") yield break;
        foreach (var id in records.Select(r => r.Text("id")).OfType<string>())
        {
            var body = await AskAsync($"v2/incident-timelines/{Uri.EscapeDataString(id)}/entries?limit=100", cancellation);
            if (body is null) continue;

            // The answer does not say whose timeline it is.
            var json = JsonNode.Parse(body)!.AsObject();
            json["incidentId"] = id;
            yield return Payload.OfBytes($"timeline of incident {id}.json", JsonSerializer.SerializeToUtf8Bytes(json));
        }
    }

    private async Task<byte[]?> AskAsync(string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(context.Connection.Url("api_url")!, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("GenieKey", context.Connection.RequiredSecret("api_key"));
        using var response = await context.Http.SendAsync(request, cancellation);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        await response.EnsureOkAsync(cancellation);
        return await response.Content.ReadAsByteArrayAsync(cancellation);
    }

    private ListCursor At(string kind) => kind == "incident" ? cursor.Incidents : cursor.Alerts;

    private void Move(string kind, ListCursor to) => cursor = kind == "incident" ? cursor with { Incidents = to } : cursor with { Alerts = to };

    private static List<string> Remember(IReadOnlyList<string> open, List<JsonElement> records)
    {
        var seen = records.Where(r => r.Text("id") is not null).ToDictionary(r => r.Text("id")!, r => r.Text("status") == "open");
        return [.. open.Where(o => !seen.ContainsKey(o)), .. seen.Where(s => s.Value).Select(s => s.Key)];
    }

    private static string Path(string kind) => kind == "incident" ? "v1/incidents" : "v2/alerts";

    private static string Window(string kind, DateTimeOffset from, DateTimeOffset to, int offset) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Path(kind)}?query={Uri.EscapeDataString($"createdAt >= {from.ToUnixTimeMilliseconds()} AND createdAt < {to.ToUnixTimeMilliseconds()}")}&sort=createdAt&order=asc&limit={PageSize}&offset={offset}");
}
