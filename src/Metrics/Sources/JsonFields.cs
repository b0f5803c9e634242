using System.Globalization;
using System.Text.Json;

namespace Metrics.Sources;

/// <summary>Lenient access to what other systems write: a member that is missing or of another type is absent.</summary>
internal static class JsonFields
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
        public DateTimeOffset? Moment(string name) =>
            DateTimeOffset.TryParse(json.Text(name), CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            && moment.Year is >= 1970 and <= 2200
                ? moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMicrosecond))
                : null;

        /// <summary>The members of an object; none for anything else.</summary>
        public IEnumerable<JsonProperty> Members() => json.ValueKind == JsonValueKind.Object ? json.EnumerateObject() : [];

        /// <summary>The items of an array; none for anything else.</summary>
        public IEnumerable<JsonElement> Items() => json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [];

        /// <summary>The texts of an array.</summary>
        public IEnumerable<string> Texts() => json.Items().Select(i => i.AsText()).OfType<string>();
    }
}
