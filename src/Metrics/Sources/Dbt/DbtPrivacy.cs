using System.Text.Json;

namespace Metrics.Sources.Dbt;

/// <summary>What identifies people in artifacts, and how it is replaced: in the landed copy and in the records alike.</summary>
internal sealed class DbtPrivacy(Redactor redactor) : JsonRedaction(redactor, IsPersonal)
{
    /// <summary>The artifact with people's data replaced; all else stays as it was written.</summary>
    /// <exception cref="SourceException">It is not readable as JSON.</exception>
    public ReadOnlyMemory<byte> Rewrite(string file, ReadOnlyMemory<byte> content)
    {
        try
        {
            return Rewrite(content);
        }
        catch (JsonException e)
        {
            throw DbtArtifact.Unreadable(file, e);
        }
    }

    private static bool IsPersonal(JsonPlace place, string text)
    {
        if (place.Parents.Count < 2) return false;
        return place.Parents[1].Name switch
        {
            "metadata" => place.Name == "user_id" || place.IsUnder("env"),
            "args" => place.Name is "vars" or "invocation_command" || place.IsUnder("vars"),
            "exposures" => place.Parents[^1].Name == "owner" || place.IsUnder("contact"),
            _ => place.IsUnder("contact"),
        };
    }
}
