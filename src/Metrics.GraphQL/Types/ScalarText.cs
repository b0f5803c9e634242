using System.Globalization;
using System.Text.Json;

namespace Metrics.GraphQL.Types;

/// <summary>Values in error messages: readable and short.</summary>
internal static class ScalarText
{
    private const int MaxLength = 200;

    public static string Of(object? value) => value switch
    {
        null => "null",
        string s => Clip(JsonSerializer.Serialize(s)),
        bool b => b ? "true" : "false",
        JsonElement e => Clip(e.ValueKind == JsonValueKind.Undefined ? "nothing" : e.GetRawText()),
        IFormattable f => Clip(f.ToString(null, CultureInfo.InvariantCulture)),
        _ => value.GetType().Name,
    };

    public static string Clip(string text) => text.Length <= MaxLength ? text : text[..MaxLength] + "…";
}
