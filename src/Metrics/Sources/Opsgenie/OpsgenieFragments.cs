using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Metrics.Model.Facts;

namespace Metrics.Sources.Opsgenie;

/// <summary>An incident as it stood when it was seen.</summary>
internal sealed record IncidentState(string Id, string Status)
{
    public string? Title { get; init; }
    public DateTimeOffset? Created { get; init; }
    public DateTimeOffset? ImpactStart { get; init; }
    public DateTimeOffset? ImpactEnd { get; init; }
    public string? Priority { get; init; }
    public string? OwnerTeam { get; init; }
    public IReadOnlyList<string> Teams { get; init; } = [];
    public IReadOnlyList<string> Services { get; init; } = [];
    public IReadOnlyList<string> Tags { get; init; } = [];
    public bool Gone { get; init; }
}

/// <summary>An alert as it stood when it was seen.</summary>
internal sealed record AlertState(string Id)
{
    public string? Title { get; init; }
    public DateTimeOffset? Created { get; init; }
    public DateTimeOffset? Acknowledged { get; init; }
    public bool IsAcknowledged { get; init; }
    public string? Priority { get; init; }
    public string? Entity { get; init; }
    public string? Alias { get; init; }
    public string? Integration { get; init; }
    public IReadOnlyList<string> Teams { get; init; } = [];
    public IReadOnlyList<string> Tags { get; init; } = [];
    public bool Gone { get; init; }
}

/// <summary>How fragments are written.</summary>
internal static class OpsgenieFragments
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    public static string Incident(string id) => $"incident {id}";

    public static string Alert(string id) => $"alert {id}";

    public static FragmentSeen Of<T>(string entity, string name, DateTimeOffset version, T body, int rank) =>
        new(entity, name, version, JsonSerializer.Serialize(body, Json)) { Rank = rank };

    /// <summary>Something that happened: <c>acknowledged</c>, <c>resolved</c>, <c>closed</c>.</summary>
    public static FragmentSeen Event(string entity, string what, DateTimeOffset at) =>
        new(entity, string.Create(CultureInfo.InvariantCulture, $"{what} {at.ToUnixTimeMilliseconds()}"), at, "{}");

    public static T Body<T>(FragmentSeen fragment) => JsonSerializer.Deserialize<T>(fragment.Body, Json)!;
}
