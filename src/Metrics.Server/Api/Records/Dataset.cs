using Metrics.GraphQL;
using Metrics.GraphQL.DataLoading;
using Metrics.Model.Facts;

namespace Metrics.Server.Api.Records;

/// <summary>A dataset as the catalogue has it now.</summary>
[From("analyst.dataset v")]
public sealed record Dataset : INode
{
    /// <summary>The catalogue's name of it.</summary>
    [ID, Sql("v.dataset")]
    public required string Id { get; init; }

    public string? Name { get; init; }

    /// <summary>0 (most critical), 1 or 2.</summary>
    public int? Tier { get; init; }

    [ID, Sql(Columns.Team)]
    public string? TeamId { get; init; }

    public string? Domain { get; init; }

    public string? Description { get; init; }

    /// <summary>Where its meaning is written down.</summary>
    public string? DefinitionUrl { get; init; }

    public Classification? Classification { get; init; }

    public bool? ContainsPii { get; init; }

    /// <summary>It is fresh while its last successful load is at most this old.</summary>
    public TimeSpan? FreshnessMaxAge { get; init; }

    /// <summary>It must have been loaded by this time of day, as 06:00.</summary>
    [Sql("to_char(v.freshness_deadline, 'HH24:MI')")]
    public string? FreshnessDeadline { get; init; }

    /// <summary>IANA zone of the deadline; null means the reporting zone.</summary>
    public string? FreshnessTimezone { get; init; }

    public string? SlaUrl { get; init; }

    [Sql("coalesce(v.lifecycle, 'active')")]
    public required Lifecycle Lifecycle { get; init; }

    public string? DataProduct { get; init; }

    [GraphQLIgnore]
    public required DateTimeOffset ValidFrom { get; init; }

    [GraphQLIgnore]
    public required DateTimeOffset ValidTo { get; init; }

    [ID]
    public string NodeId => Records.NodeId.Of(nameof(Dataset), Id);

    public Task<Team?> GetTeamAsync(IDataLoader<string, Team> teamById) => teamById.FindAsync(TeamId);
}
