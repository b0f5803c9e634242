using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>What a caller sees of cells, and of definitions: rows within a limit, and of their datasets those that are within it too.</summary>
internal sealed class CellView(RowLimit limit, EvaluationSnapshot snapshot)
{
    /// <summary>The dimensions to tell apart so that a limit can be applied.</summary>
    public static HashSet<Dimension> Told(RowLimit limit, IEnumerable<Dimension> asked) =>
        limit.IsEverything ? [.. asked] : [.. asked, Dimension.Team, Dimension.Domain];

    /// <summary>Sums of what is seen.</summary>
    /// <param name="over">The time that the sums are about.</param>
    public IReadOnlyDictionary<Cell, Aggregate> Of(IReadOnlyDictionary<Cell, Aggregate> cells, Interval over)
    {
        if (limit.IsEverything) return cells;
        var seen = new Dictionary<Cell, Aggregate>();
        foreach (var (cell, sum) in cells)
        {
            if (Of(cell, over) is not { } shown) continue;
            if (!seen.TryGetValue(shown, out var total)) seen[shown] = total = new Aggregate();
            total.Add(sum);
        }

        return seen;
    }

    /// <summary>The cell with those of its datasets that are seen; null where it is not seen at all.</summary>
    public Cell? Of(Cell cell, Interval over)
    {
        if (limit.IsEverything) return cell;
        if (!limit.Allows(cell.Team, cell.Domain)) return null;
        return cell.Datasets.All(d => Shows(d, over)) ? cell : cell with { Datasets = [.. cell.Datasets.Where(d => Shows(d, over))] };
    }

    /// <summary>The definition without the targets of others' teams and datasets.</summary>
    public KpiDefinition Of(KpiDefinition definition) => limit.IsEverything || definition.Targets.All(Shows)
        ? definition
        : definition with { Targets = [.. definition.Targets.Where(Shows)] };

    /// <summary>Why no record does not mean that there is none: the group is named by what is not seen. The reason is the same
    /// whether or not there is such a thing. Null where the group can be seen.</summary>
    public string? Unseen(IReadOnlyDictionary<Dimension, string?> group, Interval over)
    {
        if (limit.IsEverything) return null;
        return Named(Dimension.Team) is { } team && !Shows(null, team, over) ? $"Team {team} is not among what you may see."
            : Named(Dimension.Domain) is { } domain && !limit.Domains.Contains(domain) && !limit.Teams.Any(t => snapshot.Attribution.DomainOf(t, over.End) == domain)
                ? $"Domain {domain} is not among what you may see."
            : Named(Dimension.Dataset) is { } dataset && !Shows(dataset, over) ? $"Dataset {dataset} is not among what you may see."
            : group.Any(g => g is { Key: Dimension.Team, Value: null }) ? "What belongs to no team is not among what you may see."
            : null;

        string? Named(Dimension dimension) => group.GetValueOrDefault(dimension);
    }

    /// <summary>Whether a target is of no team or dataset that is not seen.</summary>
    public bool Shows(Target target) =>
        Shows(target.Dataset, target.Team, new Interval(snapshot.Now.AddMicroseconds(-1), snapshot.Now));

    private bool Shows(string? dataset, string? team, Interval over) =>
        (dataset is null || Shows(dataset, over)) && (team is null || limit.Allows(team, snapshot.Attribution.DomainOf(team, over.End)));

    private bool Shows(string dataset, Interval over) => snapshot.Attribution.Shows(dataset, over, limit);
}
