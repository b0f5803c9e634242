using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Metrics.Model.Facts;

namespace Metrics.Sources;

/// <summary>How sources that tell of a record piece by piece write the pieces, and read them again.</summary>
internal static class Fragments
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    public static FragmentSeen Of<T>(string entity, string name, DateTimeOffset version, T body, int rank = 0) =>
        new(entity, name, version, JsonSerializer.Serialize(body, Json)) { Rank = rank };

    /// <summary>A fragment that says no more than when something happened.</summary>
    public static FragmentSeen Event(string entity, string what, DateTimeOffset at) =>
        new(entity, string.Create(CultureInfo.InvariantCulture, $"{what} {at.ToUnixTimeMilliseconds()}"), at, "{}");

    public static T Body<T>(FragmentSeen fragment) => JsonSerializer.Deserialize<T>(fragment.Body, Json)!;
}
