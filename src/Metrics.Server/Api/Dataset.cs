using Metrics.GraphQL;

namespace Metrics.Server.Api;

/// <summary>A dataset as the catalogue has it.</summary>
public sealed record Dataset
{
    [ID]
    public required string Id { get; init; }

    public string? Name { get; init; }

    /// <summary>0 (most critical), 1 or 2.</summary>
    public int? Tier { get; init; }

    public string? Team { get; init; }

    public string? Domain { get; init; }

    public string? Description { get; init; }

    /// <summary>public, internal, confidential or restricted.</summary>
    public string? Classification { get; init; }

    /// <summary>active or deprecated.</summary>
    public string? Lifecycle { get; init; }

    public string? DataProduct { get; init; }
}
