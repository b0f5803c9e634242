using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.PagerDuty;

/// <summary>Knows incidents, log entries and V3 webhooks of PagerDuty by their members, and takes out what they say.</summary>
internal static class PagerDutyReader
{
    /// <summary>What was found; null for an object that is nothing that is read here.</summary>
    public static IEnumerable<Reading>? Read(string place, JsonElement json)
    {
        if (json.At("event") is { ValueKind: JsonValueKind.Object } pushed) return Pushed(pushed);
        if (json.At("incidents").ValueKind == JsonValueKind.Array || json.At("log_entries") is { ValueKind: JsonValueKind.Array } && !json.Has("status"))
            return json.At("incidents").Items().Concat(json.At("log_entries").Items()).SelectMany(i => Read(place, i) ?? []);
        if (json.At("incident") is { ValueKind: JsonValueKind.Object } single && !IsEntry(json)) return Incident(single, version: null);
        if (IsEntry(json)) return Entry(json, json.At("incident").Text("id"));
        return json.Text("type") == "incident" || json.Has("incident_number") ? Incident(json, version: null) : null;
    }

    public static string Entity(string incident) => $"incident {incident}";

    private static bool IsEntry(JsonElement json) => json.Text("type")?.EndsWith("_log_entry", StringComparison.Ordinal) == true;

    private static IEnumerable<Reading>? Pushed(JsonElement pushed)
    {
        if (pushed.Text("event_type") is not { } type || pushed.Moment("occurred_at") is not { } at) return null;
        var data = pushed.At("data");
        var happened = type switch
        {
            "incident.triggered" => "trigger",
            "incident.acknowledged" => "acknowledge",
            "incident.resolved" => "resolve",
            _ => null,
        };
        if (data.Text("type") != "incident" || data.Text("id") is not { } id) return type.StartsWith("incident.", StringComparison.Ordinal) ? [] : null;
        return happened is null ? Incident(data, at) : Incident(data, at).Append(Fragments.Event(Entity(id), happened, at));
    }

    /// <param name="version">Of a webhook, when it happened: its incident says no more than when it was created.</param>
    private static IEnumerable<Reading> Incident(JsonElement json, DateTimeOffset? version)
    {
        if (json.Text("id") is not { } id || json.Moment("created_at") is not { } created) yield break;
        var entity = Entity(id);
        var changed = json.Moment("last_status_change_at");
        var status = json.Text("status") ?? "triggered";
        var resolved = status == "resolved" ? json.Moment("resolved_at") ?? (version is null ? changed : null) : null;
        yield return Fragments.Of(entity, "state", version ?? Latest(json.Moment("updated_at"), changed, created), new IncidentState(id, status)
        {
            Title = json.Text("title") ?? json.Text("summary"),
            Created = created,
            Resolved = resolved,
            Priority = json.At("priority").Text("summary") ?? json.At("priority").Text("name"),
            Urgency = json.Text("urgency"),
            Service = json.At("service").Text("summary"),
            ServiceId = json.At("service").Text("id"),
            Policy = json.At("escalation_policy").Text("summary"),
            Teams = [.. json.At("teams").Items().Select(t => t.Text("summary")).OfType<string>()],
            IsMerged = json.At("resolve_reason").Text("type")?.StartsWith("merge", StringComparison.Ordinal) == true,
        }, rank: status switch { "resolved" => 2, "acknowledged" => 1, _ => 0 });
        foreach (var at in json.At("acknowledgements").Items().Select(a => a.Moment("at")).OfType<DateTimeOffset>())
            yield return Fragments.Event(entity, "acknowledge", at);
        foreach (var entry in json.At("log_entries").Items().SelectMany(e => Entry(e, id))) yield return entry;
    }

    private static IEnumerable<Reading> Entry(JsonElement json, string? incident)
    {
        var happened = json.Text("type") switch
        {
            "trigger_log_entry" => "trigger",
            "acknowledge_log_entry" => "acknowledge",
            "resolve_log_entry" => "resolve",
            _ => null,
        };
        if (happened is not null && incident is not null && json.Moment("created_at") is { } at)
            yield return Fragments.Event(Entity(incident), happened, at);
    }

    private static DateTimeOffset Latest(params DateTimeOffset?[] moments) => moments.Max()!.Value;
}
