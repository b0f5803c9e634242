using System.Text.Json;

namespace Metrics.Sources.Focus;

/// <summary>The tags of a charge: a JSON object, or BigQuery's list of keys and values.</summary>
internal static class FocusTags
{
    /// <summary>Keys without the blanks around them, values as text; null if it is neither.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>>? Read(string text)
    {
        if (text.Length == 0) return [];
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind switch
            {
                JsonValueKind.Object => [.. json.RootElement.EnumerateObject().Select(t => new KeyValuePair<string, string>(t.Name.Trim(), Text(t.Value)))],
                JsonValueKind.Array => [.. json.RootElement.EnumerateArray().Select(t => new KeyValuePair<string, string>(
                    t.GetProperty("key").GetString()!.Trim(), Text(t.GetProperty("value"))))],
                JsonValueKind.Null => [],
                _ => null,
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException or NullReferenceException)
        {
            return null;
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Trim(),
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };
}
