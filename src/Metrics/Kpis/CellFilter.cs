using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>
/// Which cells a request is about. In a unit cost, a row that has a unit is an amount of that unit and any other row is a
/// cost. A cost counts over every unit; an amount counts under every service and whatever else only costs have.
/// </summary>
internal sealed class CellFilter
{
    private readonly KpiDefinition definition;

    public CellFilter(KpiDefinition definition, IReadOnlyList<Dimension> by, IReadOnlyDictionary<Dimension, string?> where)
    {
        this.definition = definition;
        Where = definition.Defaults.Where(d => !by.Contains(d.Key) && !where.ContainsKey(d.Key))
            .Select(d => KeyValuePair.Create(d.Key, (string?)d.Value)).Concat(where).ToDictionary();
    }

    /// <summary>What was asked for, and the defaults of what was not.</summary>
    public IReadOnlyDictionary<Dimension, string?> Where { get; }

    public bool Takes(Cell cell) => Where.All(w => !Distinguishes(cell, w.Key) || cell.Values(w.Key).Contains(w.Value));

    /// <summary>False where the dimension says nothing about the cell, which then belongs to each of its values.</summary>
    public bool Distinguishes(Cell cell, Dimension dimension)
    {
        if (definition.Kind != KpiKind.UnitCost) return true;
        if (IsCost(cell)) return dimension != Dimension.Unit;
        return dimension switch
        {
            Dimension.Tier or Dimension.Team or Dimension.Domain or Dimension.Dataset or Dimension.DataProduct or Dimension.Unit => true,
            Dimension.Pipeline or Dimension.Severity or Dimension.Service or Dimension.Measure or Dimension.StakeholderGroup =>
                cell.Values(dimension) is not [null],
        };
    }

    /// <summary>Of a unit cost: the cell holds costs and no units.</summary>
    public bool IsCost(Cell cell) => definition.Kind == KpiKind.UnitCost && cell.Unit is null;
}
