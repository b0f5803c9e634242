using System.Text.Json;

namespace Metrics.Sources.PagerDuty;

/// <summary>What identifies people: users, responders, and the summaries of log entries, which name them.</summary>
internal sealed class PagerDutyPrivacy(Redactor redactor) : JsonPrivacy(redactor)
{
    private static readonly string[] Written = ["message", "note", "content", "details", "body", "description", "email", "avatar_url", "subject", "event_details"];

    protected override Care Of(string under, JsonElement owner, JsonProperty member)
    {
        var type = owner.Text("type") ?? "";
        if (type is "user" or "user_reference" or "user_contact_method" || owner.At("email").ValueKind == JsonValueKind.String
            || type.EndsWith("_contact_method_reference", StringComparison.Ordinal))
        {
            return member.Name switch { "id" => Care.Hash, "type" => Care.Keep, _ => Care.Omit };
        }

        if (member.Name == "summary" && type.Contains("log_entry", StringComparison.Ordinal)) return Care.Omit;
        return Array.IndexOf(Written, member.Name) >= 0 && under != "service" ? Care.Omit : Care.Keep;
    }
}
