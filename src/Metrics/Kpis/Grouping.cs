using System.Globalization;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>Cells added up by the dimensions asked for.</summary>
internal sealed class Grouping
{
    private readonly IReadOnlyList<Dimension> by;
    private readonly Dictionary<GroupKey, Aggregate> groups = [];
    private readonly HashSet<GroupKey> expected = [];

    private Grouping(IReadOnlyList<Dimension> by)
    {
        this.by = by;
        if (by.Count == 0) groups[GroupKey.Total] = new Aggregate();
    }

    /// <summary>The share of records that lack a value of one of the dimensions; null without records.</summary>
    public double? Unattributed { get; private set; }

    /// <summary>Those in which something was observed, and those that were expected, in order; a total always.</summary>
    public IEnumerable<(GroupKey Key, Aggregate Sum)> Groups => groups
        .Where(g => g.Value.N > 0 || by.Count == 0 || expected.Contains(g.Key))
        .OrderBy(g => g.Key, Comparer<GroupKey>.Create(GroupKey.Compare))
        .Select(g => (g.Key, g.Value));

    public Aggregate? this[GroupKey key] => groups.GetValueOrDefault(key);

    public static Grouping Of(IReadOnlyDictionary<Cell, Aggregate> cells, KpiDefinition definition, IReadOnlyList<Dimension> by, CellFilter filter)
    {
        var grouping = new Grouping(by);
        var taken = cells.Where(c => filter.Takes(c.Key)).ToList();
        var values = by.ToDictionary(d => d, d => Distinguished(taken.Where(t => t.Value.N > 0).Select(t => t.Key), definition, d, filter));
        var priced = new HashSet<GroupKey>();
        long all = 0, unattributed = 0;
        foreach (var (cell, sum) in taken)
        {
            all += sum.N;
            if (by.Any(d => filter.Distinguishes(cell, d) && cell.Values(d).Contains(null))) unattributed += sum.N;
            foreach (var key in GroupKey.Of(by, d => filter.Distinguishes(cell, d) ? cell.Values(d) : values[d]))
            {
                grouping.Add(key, sum);
                if (filter.IsCost(cell) && sum.N > 0) priced.Add(key);
            }
        }

        // Units that nothing was charged for are not free: nobody knows what they cost.
        if (definition.Kind == KpiKind.UnitCost)
            foreach (var (key, sum) in grouping.groups)
                if (sum.N > 0 && !priced.Contains(key)) sum.Unknown ??= "No cost was recorded in the period.";

        grouping.Unattributed = all == 0 ? null : (double)unattributed / all;
        return grouping;
    }

    /// <summary>The values of a dimension that cells have which it distinguishes; without any, the one that is meant by default.</summary>
    private static List<string?> Distinguished(
        IEnumerable<Cell> cells, KpiDefinition definition, Dimension dimension, CellFilter filter)
    {
        var values = cells.Where(c => filter.Distinguishes(c, dimension)).SelectMany(c => c.Values(dimension)).Distinct().ToList();
        return values.Count > 0 ? values : [definition.Defaults.GetValueOrDefault(dimension)];
    }

    /// <summary>A tier that has datasets has a row, whether or not anything was recorded.</summary>
    public void Expect(int tier)
    {
        var key = new GroupKey(by, [tier.ToString(CultureInfo.InvariantCulture)]);
        groups.TryAdd(key, new Aggregate());
        expected.Add(key);
    }

    private void Add(GroupKey key, Aggregate sum)
    {
        if (!groups.TryGetValue(key, out var total)) groups[key] = total = new Aggregate();
        total.Add(sum);
    }
}

/// <summary>One combination of values of the dimensions asked for; Unassigned comes last.</summary>
internal sealed record GroupKey(IReadOnlyList<Dimension> By, IReadOnlyList<string?> Values)
{
    public static GroupKey Total { get; } = new([], []);

    /// <summary>The groups that a cell belongs to: several where it has several datasets.</summary>
    /// <param name="values">Its values of a dimension.</param>
    public static IEnumerable<GroupKey> Of(IReadOnlyList<Dimension> by, Func<Dimension, IReadOnlyList<string?>> values)
    {
        if (by is [var only]) return values(only).Select(v => new GroupKey(by, [v]));
        IEnumerable<IReadOnlyList<string?>> combinations = [[]];
        foreach (var dimension in by)
            combinations = combinations.SelectMany(c => values(dimension).Select(v => (IReadOnlyList<string?>)[.. c, v])).ToList();
        return combinations.Select(c => new GroupKey(by, c));
    }

    public string? this[Dimension dimension]
    {
        get
        {
            for (var i = 0; i < By.Count; i++)
                if (By[i] == dimension) return Values[i];
            return null;
        }
    }

    public int? Tier => this[Dimension.Tier] is { } tier ? int.Parse(tier, CultureInfo.InvariantCulture) : null;

    public IReadOnlyDictionary<Dimension, string?> ToDictionary() => By.Zip(Values).ToDictionary(p => p.First, p => p.Second);

    public static int Compare(GroupKey left, GroupKey right)
    {
        for (var i = 0; i < Math.Min(left.Values.Count, right.Values.Count); i++)
        {
            var order = (left.Values[i], right.Values[i]) switch
            {
                (null, null) => 0,
                (null, _) => 1,
                (_, null) => -1,
                var (mine, theirs) => string.CompareOrdinal(mine, theirs),
            };
            if (order != 0) return order;
        }

        return left.Values.Count.CompareTo(right.Values.Count);
    }

    public bool Equals(GroupKey? other) => other is not null && Compare(this, other) == 0;

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in Values) hash.Add(value, StringComparer.Ordinal);
        return hash.ToHashCode();
    }
}
