using System.Globalization;
using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>Cells added up by the dimensions asked for.</summary>
internal sealed class Grouping
{
    private readonly IReadOnlyList<Dimension> by;
    private readonly SortedDictionary<GroupKey, Aggregate> groups;
    private readonly HashSet<GroupKey> expected = [];

    private Grouping(IReadOnlyList<Dimension> by)
    {
        this.by = by;
        groups = new SortedDictionary<GroupKey, Aggregate>(Comparer<GroupKey>.Create(GroupKey.Compare));
        if (by.Count == 0) groups[GroupKey.Total] = new Aggregate();
    }

    /// <summary>The share of records that lack a value of one of the dimensions; null without records.</summary>
    public double? Unattributed { get; private set; }

    /// <summary>Those in which something was observed, and those that were expected; a total always.</summary>
    public IEnumerable<(GroupKey Key, Aggregate Sum)> Groups =>
        groups.Where(g => g.Value.N > 0 || by.Count == 0 || expected.Contains(g.Key)).Select(g => (g.Key, g.Value));

    public Aggregate? this[GroupKey key] => groups.GetValueOrDefault(key);

    /// <summary>The dimensions that cells must have to be grouped and filtered as asked; they may be added up over all others.</summary>
    public static HashSet<Dimension> Tells(KpiRequest request) => [.. request.By, .. request.Where.Keys];

    public static Grouping Of(IReadOnlyDictionary<Cell, Aggregate> cells, KpiRequest request)
    {
        var grouping = new Grouping(request.By);
        long all = 0, unattributed = 0;
        foreach (var (cell, sum) in cells.Where(c => KpiEvaluator.Matches(c.Key, request.Where)))
        {
            all += sum.N;
            var keys = GroupKey.Of(cell, request.By).ToList();
            if (keys.Exists(k => k.Values.Contains(null))) unattributed += sum.N;
            foreach (var key in keys) grouping.Add(key, sum);
        }

        grouping.Unattributed = all == 0 ? null : (double)unattributed / all;
        return grouping;
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
    public static IEnumerable<GroupKey> Of(Cell cell, IReadOnlyList<Dimension> by)
    {
        IEnumerable<IReadOnlyList<string?>> combinations = [[]];
        foreach (var dimension in by)
            combinations = combinations.SelectMany(c => cell.Values(dimension).Select(v => (IReadOnlyList<string?>)[.. c, v])).ToList();
        return combinations.Select(c => new GroupKey(by, c));
    }

    public string? this[Dimension dimension] => By.ToList().IndexOf(dimension) is >= 0 and var at ? Values[at] : null;

    public int? Tier => this[Dimension.Tier] is { } tier ? int.Parse(tier, CultureInfo.InvariantCulture) : null;

    public IReadOnlyDictionary<Dimension, string?> ToDictionary() => By.Zip(Values).ToDictionary(p => p.First, p => p.Second);

    public static int Compare(GroupKey left, GroupKey right)
    {
        foreach (var (mine, theirs) in left.Values.Zip(right.Values))
        {
            var order = (mine is null, theirs is null) switch
            {
                (true, true) => 0,
                (true, false) => 1,
                (false, true) => -1,
                (false, false) => string.CompareOrdinal(mine, theirs),
            };
            if (order != 0) return order;
        }

        return left.Values.Count.CompareTo(right.Values.Count);
    }

    public bool Equals(GroupKey? other) => other is not null && Compare(this, other) == 0;

    public override int GetHashCode() => Values.Aggregate(0, (hash, value) => HashCode.Combine(hash, value));
}
