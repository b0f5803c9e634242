using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.Opsgenie;

/// <summary>Knows incidents, their timelines, alerts and webhooks of Opsgenie by their members, and takes out what they say.</summary>
internal static class OpsgenieReader
{
    /// <summary>What was found; null for an object that is nothing that is read here.</summary>
    public static IEnumerable<Reading>? Read(string place, JsonElement json)
    {
        if (json.Text("action") is { } action)
        {
            if (json.At("incident") is { ValueKind: JsonValueKind.Object } incident) return PushedIncident(incident, action);
            if (json.At("alert") is { ValueKind: JsonValueKind.Object } alert) return PushedAlert(alert, action);
        }

        if (json.At("data") is { ValueKind: JsonValueKind.Array } list) return list.Items().SelectMany(i => Record(i) ?? []);
        if (json.At("data") is { ValueKind: JsonValueKind.Object } single)
        {
            // Whose timeline it is, the address says; the pull notes it down.
            return single.At("entries").ValueKind == JsonValueKind.Array
                ? json.Text("incidentId") is { } id ? Timeline(id, single.At("entries")) : null
                : Record(single);
        }

        return Record(json);
    }

    private static IEnumerable<Reading>? Record(JsonElement json)
    {
        if (json.Text("id") is not { } id || json.Moment("createdAt") is null) return null;
        if (json.Has("impactStartDate") || json.Has("impactedServices") || json.Has("timelines")) return Incident(id, json);
        return json.Has("acknowledged") || json.Has("alias") || json.Has("report") ? Alert(id, json) : null;
    }

    private static IEnumerable<Reading> Incident(string id, JsonElement json)
    {
        var created = json.Moment("createdAt")!.Value;
        var status = json.Text("status") ?? "open";
        yield return Fragments.Of(
            OpsgenieFragments.Incident(id), "state", json.Moment("updatedAt") ?? created, State(id, status, json) with
            {
                Created = created,
                ImpactStart = json.Moment("impactStartDate"),
                ImpactEnd = json.Moment("impactEndDate"),
            }, Rank(status));
        foreach (var entry in Timeline(id, json.At("timelines"))) yield return entry;
    }

    private static IncidentState State(string id, string status, JsonElement json) => new(id, status)
    {
        Title = json.Text("message"),
        Priority = json.Text("priority"),
        OwnerTeam = json.Text("ownerTeam"),
        Teams = [.. json.At("responders").Items().Where(r => r.Text("type") == "team").Select(r => r.Text("name") ?? r.Text("id")).OfType<string>()],
        Services = [.. json.At("impactedServices").Texts()],
        Tags = [.. json.At("tags").Texts()],
    };

    private static int Rank(string status) => status switch { "closed" => 2, "resolved" => 1, _ => 0 };

    private static IEnumerable<Reading> Timeline(string id, JsonElement entries)
    {
        foreach (var entry in entries.Items())
        {
            var happened = entry.Text("type") switch
            {
                "IncidentResolved" => "resolved",
                "IncidentClosed" => "closed",
                "ResponderAlertAcked" => "acknowledged",
                _ => null,
            };
            if (happened is not null && entry.Moment("eventTime") is { } at)
                yield return Fragments.Event(OpsgenieFragments.Incident(id), happened, at);
        }
    }

    private static IEnumerable<Reading> Alert(string id, JsonElement json)
    {
        var created = json.Moment("createdAt")!.Value;

        // Milliseconds since it was raised; on a closed alert "acknowledged" may be false again.
        var acknowledged = json.At("report").Number("ackTime") is { } after and > 0 and < 1e12m ? created.AddMilliseconds((double)after) : (DateTimeOffset?)null;
        yield return Fragments.Of(OpsgenieFragments.Alert(id), "state", json.Moment("updatedAt") ?? created, AlertState(id, json) with
        {
            Created = created,
            Acknowledged = acknowledged,
            IsAcknowledged = json.IsTrue("acknowledged") || acknowledged is not null,
            Integration = json.At("integration").Text("name"),
        }, json.Text("status") == "closed" ? 1 : 0);
    }

    private static AlertState AlertState(string id, JsonElement json) => new(id)
    {
        Title = json.Text("message"),
        Priority = json.Text("priority"),
        Entity = json.Text("entity"),
        Alias = json.Text("alias"),
        Teams = [.. json.At("responders").Items().Concat(json.At("teams").Items()).Where(t => t.Text("type") is null or "team")
            .Select(t => t.Text("name") ?? t.Text("id") ?? t.AsText()).OfType<string>()],
        Tags = [.. json.At("tags").Texts()],
    };

    private static List<Reading>? PushedIncident(JsonElement json, string action)
    {
        if ((json.Text("incidentId") ?? json.Text("id")) is not { } id || Moment(json, "createdAt") is not { } created) return null;
        var at = Moment(json, "updatedAt") ?? created;
        var did = action.ToLowerInvariant().Replace("incident", "", StringComparison.Ordinal).TrimEnd('d');
        var status = json.Text("status") ?? did switch { "resolve" => "resolved", "close" => "closed", _ => "open" };
        var entity = OpsgenieFragments.Incident(id);
        List<Reading> readings =
        [
            Fragments.Of(entity, "pushed", at, State(id, status, json) with
            {
                Created = created,
                ImpactStart = Moment(json, "impactStartDate"),
                ImpactEnd = Moment(json, "impactEndDate"),
                Gone = did is "delete",
            }, Rank(status)),
        ];
        if (did is "resolve" or "close") readings.Add(Fragments.Event(entity, did is "close" ? "closed" : "resolved", at));
        return readings;
    }

    private static List<Reading>? PushedAlert(JsonElement json, string action)
    {
        if ((json.Text("alertId") ?? json.Text("id")) is not { } id || Moment(json, "createdAt") is not { } created) return null;
        var at = Moment(json, "updatedAt") ?? created;
        var entity = OpsgenieFragments.Alert(id);
        List<Reading> readings =
        [
            Fragments.Of(entity, "pushed", at, AlertState(id, json) with { Created = created, Gone = action == "Delete" }, action == "Delete" ? 1 : 0),
        ];
        if (action == "Acknowledge") readings.Add(Fragments.Event(entity, "acknowledged", at));
        return readings;
    }

    /// <summary>ISO 8601, or a count since 1970 whose length says of what: milliseconds, microseconds, nanoseconds.</summary>
    private static DateTimeOffset? Moment(JsonElement json, string name) => json.Number(name) switch
    {
        null => json.Moment(name),
        >= 1e12m and < 1e13m and var ms => DateTimeOffset.FromUnixTimeMilliseconds((long)ms),
        >= 1e15m and < 1e16m and var us => DateTimeOffset.UnixEpoch.AddTicks((long)us * TimeSpan.TicksPerMicrosecond),
        >= 1e18m and < 1e19m and var ns => DateTimeOffset.UnixEpoch.AddTicks((long)(ns / 1000) * TimeSpan.TicksPerMicrosecond),
        _ => null,
    };
}
