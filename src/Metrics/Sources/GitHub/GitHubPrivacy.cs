using System.Text.Json;

namespace Metrics.Sources.GitHub;

/// <summary>
/// What identifies people in GitHub's payloads: logins become keyed hashes, all else about a user is left out, and so is free text
/// that people write. Bots and organisations are no people.
/// </summary>
internal sealed class GitHubPrivacy(Redactor redactor) : JsonPrivacy(redactor)
{
    private static readonly string[] FreeText =
    [
        "body", "bodyText", "bodyHTML", "body_text", "body_html", "description", "message", "messageHeadline", "messageBody",
        "dismissal_message", "patch", "diff_hunk", "payload", "head", "headRepository", "headRefName", "_links", "sender", "pusher",
        "avatar_url", "gravatar_id", "email",
    ];

    protected override Care Of(string under, JsonElement owner, JsonProperty member)
    {
        if (owner.Text("login") is { } login)
        {
            return member.Name switch
            {
                "login" => IsNobody(under, owner, login) ? Care.Keep : Care.Hash,
                "type" or "__typename" or "site_admin" => Care.Keep,
                _ => Care.Omit,
            };
        }

        if (Array.IndexOf(FreeText, member.Name) >= 0) return Care.Omit;
        var isGitPerson = owner.At("email").ValueKind == JsonValueKind.String;
        return isGitPerson && member.Name is "name" or "username" ? Care.Omit : Care.Keep;
    }

    // The owner of a repository stands in its name.
    private static bool IsNobody(string under, JsonElement user, string login) =>
        under is "owner" or "organization" || user.Kind() is "Bot" or "Organization" || IsBotName(login);

    /// <summary>As GitHub names the users of apps.</summary>
    public static bool IsBotName(string login) => login.EndsWith("[bot]", StringComparison.OrdinalIgnoreCase);
}
