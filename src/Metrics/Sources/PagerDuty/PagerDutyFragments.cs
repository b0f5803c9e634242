using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Metrics.Model.Facts;

namespace Metrics.Sources.PagerDuty;

/// <summary>An incident as it stood when it was seen.</summary>
internal sealed record IncidentState(string Id, string Status)
{
    public string? Title { get; init; }
    public DateTimeOffset? Created { get; init; }
    public DateTimeOffset? Resolved { get; init; }
    public string? Priority { get; init; }
    public string? Urgency { get; init; }
    public string? Service { get; init; }
    public string? ServiceId { get; init; }
    public string? Policy { get; init; }
    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>Resolved by being merged into another one.</summary>
    public bool IsMerged { get; init; }
}

/// <summary>How fragments are written.</summary>
internal static class PagerDutyFragments
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    public static FragmentSeen Of<T>(string entity, string name, DateTimeOffset version, T body, int rank) =>
        new(entity, name, version, JsonSerializer.Serialize(body, Json)) { Rank = rank };

    /// <summary>Something that happened: <c>trigger</c>, <c>acknowledge</c>, <c>resolve</c>.</summary>
    public static FragmentSeen Event(string entity, string what, DateTimeOffset at) =>
        new(entity, string.Create(CultureInfo.InvariantCulture, $"{what} {at.ToUnixTimeMilliseconds()}"), at, "{}");

    public static T Body<T>(FragmentSeen fragment) => JsonSerializer.Deserialize<T>(fragment.Body, Json)!;
}
