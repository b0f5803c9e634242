using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.PagerDuty;

/// <summary>How far incidents have been read.</summary>
/// <param name="Since">All that were created before have been read; those of them that were open are in <paramref name="Open"/>.</param>
/// <param name="Open">Incidents that were not resolved when they were last read: they are read again.</param>
internal sealed record PagerDutyCursor(DateTimeOffset Since, IReadOnlyList<string> Open)
{
    /// <summary>Where the next page of the window begins.</summary>
    public int Offset { get; init; }

    /// <summary>The end of the window that is being read; null between windows.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>What is vouched for so far.</summary>
    public DateTimeOffset? CoveredTo { get; init; }
}

/// <summary>
/// Reads again the incidents that are or were open, then all by the time they were created, window by window, each with its log.
/// PagerDuty filters by creation only, and lists no more than half a year and 10,000 at once.
/// </summary>
internal sealed class PagerDutyPull(PullContext context)
{
    private const int PageSize = 100;

    // offset + limit may not exceed this.
    private const int Reachable = 10_000;

    private static readonly TimeSpan Widest = TimeSpan.FromDays(150);
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    public async IAsyncEnumerable<Page> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var now = context.Clock.GetUtcNow();
        var cursor = context.Cursor<PagerDutyCursor>() ?? new PagerDutyCursor(context.Since, []);
        var from = cursor.CoveredTo ?? context.Since;
        await foreach (var (page, after) in OpenAgainAsync(cursor, cancellation))
        {
            cursor = after;
            yield return page;
        }

        var width = Widest;
        while (cursor.To is not null || cursor.Since < now)
        {
            var since = cursor.Since;
            var to = cursor.To ?? (since + width < now ? since + width : now);
            context.Say($"incidents since {since:yyyy-MM-dd}");
            var body = await ListAsync(Window(since, to, cursor.Offset), cancellation);
            using var json = JsonDocument.Parse(body);
            var incidents = json.RootElement.At("incidents").Items().ToList();
            var more = json.RootElement.IsTrue("more");
            var offset = cursor.Offset + incidents.Count;
            if (more && offset + PageSize > Reachable)
            {
                // Too many at once: a narrower window holds fewer. What was read is read again, which changes nothing.
                width = (to - since) / 4;
                cursor = cursor with { Offset = 0, To = null };
                if (width < TimeSpan.FromMinutes(1)) throw new TerminalSourceException($"PagerDuty has more than {Reachable} incidents within a minute at {since:O}.");
                continue;
            }

            await foreach (var log in LogsAsync(incidents, cancellation)) yield return Page.Of(log, cursor);
            var open = Remember(cursor.Open, incidents);
            cursor = more && incidents.Count > 0
                ? cursor with { Open = open, Offset = offset, To = to }
                : cursor with { Open = open, Offset = 0, To = null, Since = to };
            yield return Page.Of(Payload.OfBytes($"incidents of {since:yyyy-MM-dd}, from {offset - incidents.Count}.json", body), cursor);
        }

        cursor = cursor with { Since = now - Overlap, CoveredTo = now };
        yield return Page.Of(payload: null, cursor) with { Covered = [new TimeCovered("incident", from, now)] };
    }

    /// <summary>Keys of what was created in a time and still exists.</summary>
    public async IAsyncEnumerable<Fact> ExistingAsync(DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var more = true;
        for (var offset = 0; more;)
        {
            using var json = JsonDocument.Parse(await ListAsync(Window(from, to, offset), cancellation));
            var incidents = json.RootElement.At("incidents").Items().ToList();
            foreach (var incident in incidents)
                if (incident.Text("id") is { } id) yield return new Incident { IncidentId = id, Source = PagerDutySource.SourceName };
            offset += incidents.Count;
            more = json.RootElement.IsTrue("more") && incidents.Count > 0;
            if (more && offset + PageSize > Reachable)
                throw new TransientSourceException($"PagerDuty has more than {Reachable} incidents between {from:O} and {to:O}; they were not swept.");
        }
    }

    /// <summary>The answer; null where there is no such thing.</summary>
    /// <exception cref="SourceException">PagerDuty refuses or does not answer.</exception>
    public async Task<byte[]?> AskAsync(string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(context.Connection.Url("api_url")!, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Token", $"token={context.Connection.RequiredSecret("token")}");
        request.Headers.Accept.ParseAdd("application/vnd.pagerduty+json;version=2");
        using var response = await context.Http.SendAsync(request, cancellation);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        await response.EnsureOkAsync(cancellation);
        return await response.Content.ReadAsByteArrayAsync(cancellation);
    }

    /// <summary>
    /// All that is open now, whenever it was created: an incident may be reopened long after it was resolved. Then what was open
    /// and no longer is.
    /// </summary>
    private async IAsyncEnumerable<(Page Page, PagerDutyCursor Cursor)> OpenAgainAsync(
        PagerDutyCursor cursor, [EnumeratorCancellation] CancellationToken cancellation)
    {
        context.Say("open incidents");
        var left = cursor.Open.ToHashSet();
        var more = true;
        for (var offset = 0; more;)
        {
            var body = await ListAsync(
                string.Create(CultureInfo.InvariantCulture, $"incidents?date_range=all&statuses[]=triggered&statuses[]=acknowledged&limit={PageSize}&offset={offset}{Filters()}"), cancellation);
            using var json = JsonDocument.Parse(body);
            var incidents = json.RootElement.At("incidents").Items().ToList();
            more = json.RootElement.IsTrue("more") && incidents.Count > 0 && offset + 2 * PageSize <= Reachable;
            await foreach (var log in LogsAsync(incidents, cancellation)) yield return (Page.Of(log, cursor), cursor);
            cursor = cursor with { Open = Remember(cursor.Open, incidents) };
            left.ExceptWith(incidents.Select(i => i.Text("id")!));
            yield return (Page.Of(Payload.OfBytes($"open incidents, from {offset}.json", body), cursor), cursor);
            offset += incidents.Count;
        }

        foreach (var id in left)
        {
            if (await AskAsync($"incidents/{Uri.EscapeDataString(id)}", cancellation) is not { } body)
            {
                // Deleted meanwhile, which a sweep finds out.
                cursor = cursor with { Open = [.. cursor.Open.Where(o => o != id)] };
                yield return (Page.Of(payload: null, cursor), cursor);
                continue;
            }

            using var json = JsonDocument.Parse(body);
            List<JsonElement> incidents = [json.RootElement.At("incident")];
            await foreach (var log in LogsAsync(incidents, cancellation)) yield return (Page.Of(log, cursor), cursor);
            cursor = cursor with { Open = Remember(cursor.Open, incidents) };
            yield return (Page.Of(Payload.OfBytes($"incident {id}.json", body), cursor), cursor);
        }
    }

    /// <summary>The logs of incidents: who acknowledged first is nowhere else once somebody has delegated.</summary>
    private async IAsyncEnumerable<Payload> LogsAsync(List<JsonElement> incidents, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var id in incidents.Select(i => i.Text("id")).OfType<string>())
        {
            var more = true;
            for (var offset = 0; more && offset + PageSize <= Reachable; offset += PageSize)
            {
                var body = await ListAsync(
                    string.Create(CultureInfo.InvariantCulture, $"incidents/{Uri.EscapeDataString(id)}/log_entries?limit={PageSize}&offset={offset}&is_overview=false"), cancellation);
                using var json = JsonDocument.Parse(body);
                more = json.RootElement.IsTrue("more");
                yield return Payload.OfBytes($"log of incident {id}, from {offset}.json", body);
            }
        }
    }

    private static List<string> Remember(IReadOnlyList<string> open, List<JsonElement> incidents)
    {
        var seen = incidents.Select(i => (Id: i.Text("id"), IsOpen: i.Text("status") != "resolved")).Where(i => i.Id is not null).ToList();
        return [.. open.Where(o => seen.TrueForAll(s => s.Id != o)), .. seen.Where(s => s.IsOpen).Select(s => s.Id!)];
    }

    private async Task<byte[]> ListAsync(string path, CancellationToken cancellation) => await AskAsync(path, cancellation)
        ?? throw new TerminalSourceException($"{context.Connection.Url("api_url")}{path.Split('?')[0]} answered 404. Check api_url in sources.yaml.");

    private string Filters() => string.Concat(
        context.Connection.List("services").Select(s => $"&service_ids[]={Uri.EscapeDataString(s)}")
            .Concat(context.Connection.List("teams").Select(t => $"&team_ids[]={Uri.EscapeDataString(t)}")));

    private string Window(DateTimeOffset since, DateTimeOffset to, int offset) => string.Create(
        CultureInfo.InvariantCulture,
        $"incidents?since={since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}&until={to.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}&limit={PageSize}&offset={offset}&sort_by=created_at:asc&time_zone=UTC{Filters()}");
}
