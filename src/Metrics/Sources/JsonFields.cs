using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Metrics.Sources;

/// <summary>Lenient access to what other systems write: a member that is missing or of another type is absent.</summary>
internal static partial class JsonFields
{
    extension(JsonElement json)
    {
        /// <summary>A member of an object; undefined where there is none.</summary>
        public JsonElement At(string name) =>
            json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : default;

        /// <summary>Whether an object has a member, be it null.</summary>
        public bool Has(string name) => json.At(name).ValueKind != JsonValueKind.Undefined;

        /// <summary>A text that says something; null for anything else.</summary>
        public string? Text(string name) => json.At(name).AsText();

        public string? AsText()
        {
            if (json.ValueKind != JsonValueKind.String) return null;
            try
            {
                // PostgreSQL stores no NUL, and the messages of database drivers may hold one.
                var text = json.GetString()!.Replace('\0', '\uFFFD').Trim();
                return text.Length == 0 ? null : text;
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair is no text.
                return null;
            }
        }

        /// <summary>A number, also one written as text.</summary>
        public decimal? Number(string name) => json.At(name) switch
        {
            { ValueKind: JsonValueKind.Number } number when number.TryGetDecimal(out var value) => value,
            { ValueKind: JsonValueKind.String } text when decimal.TryParse(
                text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
            _ => null,
        };

        public bool IsTrue(string name) => json.At(name).ValueKind == JsonValueKind.True;

        /// <summary>A moment to the microsecond; without an offset it is UTC. Null where there is none in a sane range.</summary>
        public DateTimeOffset? Moment(string name) => MomentOf(json.Text(name));

        /// <summary>The members of an object; none for anything else.</summary>
        public IEnumerable<JsonProperty> Members() => json.ValueKind == JsonValueKind.Object ? json.EnumerateObject() : [];

        /// <summary>The items of an array; none for anything else.</summary>
        public IEnumerable<JsonElement> Items() => json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [];

        /// <summary>The texts of an array.</summary>
        public IEnumerable<string> Texts() => json.Items().Select(i => i.AsText()).OfType<string>();
    }

    /// <summary>
    /// A moment to the microsecond from ISO 8601, with T or a space, up to nine digits of a second, and Z or an offset; without
    /// one it is UTC. Null for anything else and for years outside 1970 to 2200: a time is never guessed.
    /// </summary>
    public static DateTimeOffset? MomentOf(string? text)
    {
        if (text is null || Iso8601().Match(text) is not { Success: true } form) return null;
        var fraction = form.Groups["fraction"].Value.PadRight(6, '0');
        var zone = form.Groups["zone"].Value;
        var offset = zone switch
        {
            "" or "Z" or "z" => "+00:00",
            { Length: 3 } => zone + ":00",
            { Length: 5 } => zone.Insert(3, ":"),
            _ => zone,
        };
        var seconds = form.Groups["seconds"] is { Success: true } given ? given.Value : "00";
        var plain = $"{form.Groups["day"].Value}T{form.Groups["minutes"].Value}:{seconds}.{fraction[..6]}{offset}";
        return DateTimeOffset.TryParseExact(plain, "yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var moment)
            && moment.Year is >= 1970 and <= 2200
            ? moment
            : null;
    }

    [GeneratedRegex(
        @"\A(?<day>\d{4}-\d\d-\d\d)[Tt ](?<minutes>\d\d:\d\d)(:(?<seconds>\d\d)([.,](?<fraction>\d{1,9}))?)?\s?(?<zone>[Zz]|[+-]\d\d(:?\d\d)?)?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Iso8601();
}
