using System.Globalization;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>
/// One combination of everything a value can be grouped by, as it was at the moment of attribution. Every observation is in
/// exactly one cell, so a sum over cells counts it once; only a breakdown by dataset unfolds <see cref="Datasets"/>.
/// </summary>
public sealed record Cell
{
    public int? Tier { get; init; }
    public string? Team { get; init; }
    public string? Domain { get; init; }

    /// <summary>In order, without repeats.</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];

    public string? DataProduct { get; init; }
    public string? Pipeline { get; init; }
    public string? Severity { get; init; }
    public string? Service { get; init; }
    public string? Unit { get; init; }
    public string? Measure { get; init; }
    public string? StakeholderGroup { get; init; }

    /// <summary>The values of a dimension: one, or for datasets as many as there are; a single null for Unassigned.</summary>
    public IReadOnlyList<string?> Values(Dimension dimension) =>
        dimension == Dimension.Dataset && Datasets.Count > 0 ? [.. Datasets] : [Value(dimension)];

    /// <summary>The same cell with these dimensions and no others.</summary>
    internal Cell Only(IReadOnlySet<Dimension> told)
    {
        return new Cell
        {
            Tier = told.Contains(Dimension.Tier) ? Tier : null,
            Datasets = told.Contains(Dimension.Dataset) ? Datasets : [],
            Team = Told(Dimension.Team),
            Domain = Told(Dimension.Domain),
            DataProduct = Told(Dimension.DataProduct),
            Pipeline = Told(Dimension.Pipeline),
            Severity = Told(Dimension.Severity),
            Service = Told(Dimension.Service),
            Unit = Told(Dimension.Unit),
            Measure = Told(Dimension.Measure),
            StakeholderGroup = Told(Dimension.StakeholderGroup),
        };

        string? Told(Dimension dimension) => told.Contains(dimension) ? Value(dimension) : null;
    }

    private string? Value(Dimension dimension) => dimension switch
    {
        Dimension.Tier => Tier?.ToString(CultureInfo.InvariantCulture),
        Dimension.Team => Team,
        Dimension.Domain => Domain,
        Dimension.Dataset => null,
        Dimension.DataProduct => DataProduct,
        Dimension.Pipeline => Pipeline,
        Dimension.Severity => Severity,
        Dimension.Service => Service,
        Dimension.Unit => Unit,
        Dimension.Measure => Measure,
        Dimension.StakeholderGroup => StakeholderGroup,
    };

    public bool Equals(Cell? other) => other is not null && Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <summary>All of it as one text, for equality.</summary>
    internal string Key => field ??= string.Join('\u001f', new[]
    {
        Tier?.ToString(CultureInfo.InvariantCulture), Team, Domain, DataProduct, Pipeline, Severity, Service, Unit, Measure,
        StakeholderGroup,
    }.Select(v => v ?? "\u0000").Concat(Datasets));
}
