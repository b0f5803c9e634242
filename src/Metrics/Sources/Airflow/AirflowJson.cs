using System.Globalization;
using System.Text.Json;

namespace Metrics.Sources.Airflow;

/// <summary>Lenient access to Airflow's answers: a member that is missing or of another type is absent.</summary>
internal static class AirflowJson
{
    extension(JsonElement json)
    {
        /// <summary>A member of an object; undefined where there is none.</summary>
        public JsonElement At(string name) =>
            json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : default;

        /// <summary>A text that says something; null for anything else.</summary>
        public string? Text(string name) =>
            json.At(name) is { ValueKind: JsonValueKind.String } text && text.GetString()!.Replace('\0', '\uFFFD').Trim() is { Length: > 0 } said ? said : null;

        public int? Number(string name) => json.At(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : null;

        /// <summary>A moment to the microsecond; without an offset it is UTC. Null where there is none in a sane range.</summary>
        public DateTimeOffset? Moment(string name) =>
            DateTimeOffset.TryParse(json.Text(name), CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            && moment.Year is >= 1970 and <= 2200
                ? moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMicrosecond))
                : null;

        /// <summary>The items of an array; none for anything else.</summary>
        public IEnumerable<JsonElement> Items() => json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [];
    }
}
