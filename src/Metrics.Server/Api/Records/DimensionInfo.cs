using Metrics.GraphQL;
using Metrics.Model;

namespace Metrics.Server.Api.Records;

/// <summary>Something that KPIs can be grouped and filtered by.</summary>
/// <param name="Dimension">As in <c>by</c>.</param>
/// <param name="Kpis">The KPIs that have it.</param>
/// <param name="Values">The values that records have had, in alphabetical order.</param>
public sealed record DimensionInfo(Dimension Dimension, [property: ID] IReadOnlyList<string> Kpis, IReadOnlyList<string> Values);

/// <summary>A value that some record has had.</summary>
[From("""
    (select d.dimension, d.value, c.team, c.domain from kpi.cell c cross join lateral (values
        ('tier', c.tier::text), ('team', c.team), ('domain', c.domain), ('data_product', c.data_product), ('pipeline', c.pipeline), ('severity', c.severity),
        ('service', c.service), ('unit', c.unit), ('measure', c.measure), ('stakeholder_group', c.stakeholder_group)) d(dimension, value)
      union all select 'dataset', unnest(c.datasets), c.team, c.domain from kpi.cell c) v where v.value is not null
    """)]
internal sealed record DimensionValue
{
    public required Dimension Dimension { get; init; }

    public required string Value { get; init; }

    public string? Team { get; init; }

    public string? Domain { get; init; }
}
