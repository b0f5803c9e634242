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

/// <summary>What fragments are called.</summary>
internal static class OpsgenieFragments
{
    public static string Incident(string id) => $"incident {id}";

    public static string Alert(string id) => $"alert {id}";
}
