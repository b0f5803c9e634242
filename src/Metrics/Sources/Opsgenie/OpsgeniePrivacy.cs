using System.Text.Json;

namespace Metrics.Sources.Opsgenie;

/// <summary>What identifies people: users among responders, actors and owners, and the text that people write.</summary>
internal sealed class OpsgeniePrivacy(Redactor redactor) : JsonPrivacy(redactor)
{
    private static readonly string[] Written =
        ["description", "note", "notes", "details", "extraProperties", "source", "title", "requester", "recipients", "visibleTo", "mentions"];

    private static readonly string[] People = ["owner", "username", "userId", "createdBy", "acknowledgedBy", "closedBy", "snoozedBy", "fullName", "user"];

    protected override Care Of(string under, JsonElement owner, JsonProperty member)
    {
        if (under == "actor") return member.Name == "type" ? Care.Keep : Care.Omit;
        if (owner.Text("type") == "user")
            return member.Name switch { "id" => Care.Hash, "type" => Care.Keep, _ => Care.Omit };
        if (Array.IndexOf(Written, member.Name) >= 0) return Care.Omit;
        return Array.IndexOf(People, member.Name) >= 0 && member.Value.ValueKind == JsonValueKind.String ? Care.Hash : Care.Keep;
    }
}
