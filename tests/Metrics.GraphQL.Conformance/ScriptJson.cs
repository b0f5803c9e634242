using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Metrics.GraphQL.Conformance;

/// <summary>JSON as JavaScript's <c>JSON.stringify</c> writes it: numbers in its notation, strings with the fewest escapes.</summary>
internal static class ScriptJson
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(object? value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    private static void Write(object? value, StringBuilder text)
    {
        switch (value)
        {
            case null: text.Append("null"); break;
            case bool b: text.Append(b ? "true" : "false"); break;
            case string s: text.Append(JsonSerializer.Serialize(s, Relaxed)); break;
            case double d: text.Append(Number(d)); break;
            case IReadOnlyDictionary<string, object?> map:
                text.Append('{').AppendJoin(',', map.Select(p => $"{Write(p.Key)}:{Write(p.Value)}")).Append('}');
                break;
            case IEnumerable list:
                text.Append('[').AppendJoin(',', list.Cast<object?>().Select(Write)).Append(']');
                break;
            default: text.Append(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }

    private static string Number(double value)
    {
        if (value == 0) return "0";
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        if (Math.Abs(value) is >= 1e-6 and < 1e21) return shortest.Contains('E', StringComparison.Ordinal) ? Plain(shortest) : shortest;
        return shortest.Replace("E-0", "e-", StringComparison.Ordinal).Replace("E", "e", StringComparison.Ordinal);
    }

    /// <summary>Moves the point so that no exponent is needed.</summary>
    private static string Plain(string scientific)
    {
        var parts = scientific.TrimStart('-').Split('E');
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        var point = 1 + int.Parse(parts[1], CultureInfo.InvariantCulture);
        var plain = point <= 0
            ? "0." + new string('0', -point) + digits
            : point >= digits.Length ? digits.PadRight(point, '0') : digits.Insert(point, ".");
        return scientific[0] == '-' ? "-" + plain : plain;
    }
}
