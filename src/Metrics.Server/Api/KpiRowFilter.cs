using System.Collections.Immutable;
using System.Globalization;
using Metrics.Model;

namespace Metrics.Server.Api;

/// <summary>Only records with these values, as they were at the moment of attribution.</summary>
/// <param name="Tier">0, 1 or 2.</param>
/// <param name="Team">By id.</param>
/// <param name="Domain">By name.</param>
/// <param name="Dataset">By id.</param>
/// <param name="DataProduct">By name.</param>
/// <param name="Pipeline">By id.</param>
/// <param name="Severity">1 to 5.</param>
/// <param name="Service">Of a cost.</param>
/// <param name="UsageUnit">Of a cost per unit, such as tb_processed.</param>
/// <param name="Measure">Of compute, such as credit.</param>
/// <param name="StakeholderGroup">Of a survey.</param>
/// <param name="Unassigned">Dimensions of which the record has no value.</param>
public sealed record KpiRowFilter(
    int? Tier = null, string? Team = null, string? Domain = null, string? Dataset = null, string? DataProduct = null,
    string? Pipeline = null, string? Severity = null, string? Service = null, string? UsageUnit = null, string? Measure = null,
    string? StakeholderGroup = null, IReadOnlyList<Dimension>? Unassigned = null)
{
    internal static IReadOnlyDictionary<Dimension, string?> Conditions(KpiRowFilter? filter)
    {
        if (filter is null) return ImmutableDictionary<Dimension, string?>.Empty;
        var conditions = new Dictionary<Dimension, string?>();
        Add(Dimension.Tier, filter.Tier?.ToString(CultureInfo.InvariantCulture));
        Add(Dimension.Team, filter.Team);
        Add(Dimension.Domain, filter.Domain);
        Add(Dimension.Dataset, filter.Dataset);
        Add(Dimension.DataProduct, filter.DataProduct);
        Add(Dimension.Pipeline, filter.Pipeline);
        Add(Dimension.Severity, filter.Severity);
        Add(Dimension.Service, filter.Service);
        Add(Dimension.Unit, filter.UsageUnit);
        Add(Dimension.Measure, filter.Measure);
        Add(Dimension.StakeholderGroup, filter.StakeholderGroup);
        foreach (var dimension in filter.Unassigned ?? []) conditions[dimension] = null;
        return conditions;

        void Add(Dimension dimension, string? value)
        {
            if (value is not null) conditions[dimension] = value;
        }
    }
}
