using Metrics.Model;

namespace Metrics.Kpis;

/// <summary>
/// Which groups of people may be shown in one bucket of time. A group with too few people is not, and neither is any other
/// whose figure, added to or taken from figures that are shown, would give that of such a group.
/// </summary>
/// <remarks>
/// Groups are all that a request can name: every choice of values of some of the dimensions. From the coarsest to the finest
/// each is shown unless it is small; unless it is the smallest of those needed to keep what a total less its shown parts
/// leaves from being small; or unless then some small group were a linear combination of groups that are shown. Buckets are
/// judged each for itself: a longer period shows a group only where all its buckets do, so it adds nothing that they do not tell.
/// </remarks>
internal sealed class Disclosure
{
    /// <summary>Prime, so that combinations can be told exactly.</summary>
    private const long Modulus = int.MaxValue;

    private readonly HashSet<string> shown = new(StringComparer.Ordinal);
    private readonly HashSet<string> present = new(StringComparer.Ordinal);
    private readonly List<(int Pivot, long[] Vector)> basis = [];
    private List<long[]> secrets = [];

    private Disclosure()
    {
    }

    /// <param name="least">Groups with fewer people are small.</param>
    public static Disclosure Of(IReadOnlyDictionary<Cell, Aggregate> cells, IReadOnlyList<Dimension> dimensions, int least)
    {
        var disclosure = new Disclosure();
        var units = cells.Where(c => c.Value.N > 0).OrderBy(c => c.Key.Key, StringComparer.Ordinal)
            .Select(c => (Cell: c.Key, c.Value.People)).ToList();
        var levels = Enumerable.Range(0, 1 << dimensions.Count)
            .Select(mask => dimensions.Where((_, i) => (mask & (1 << i)) != 0).ToList())
            .OrderBy(level => level.Count).ThenBy(level => level.Sum(d => 1 << dimensions.ToList().IndexOf(d)))
            .Select(level => units.Select((u, i) => (Unit: i, u.Cell, u.People)).GroupBy(u => KeyOf(u.Cell, level))
                .Select(g => new Group(g.Key, level, g.Select(u => u.Unit).ToHashSet(), g.Sum(u => u.People))).ToList())
            .ToList();
        disclosure.present.UnionWith(levels.SelectMany(l => l).Select(g => g.Key));
        disclosure.secrets = [.. levels.SelectMany(l => l).Where(g => g.People < least).Select(g => g.Vector(units.Count))];
        foreach (var level in levels)
        {
            foreach (var group in Candidates(level, levels, disclosure.shown, least))
                if (disclosure.Reveal(group.Vector(units.Count))) disclosure.shown.Add(group.Key);
        }

        return disclosure;
    }

    /// <summary>Whether the records with these values, none other left out, may be shown; true where there are none.</summary>
    public bool Shows(IReadOnlyDictionary<Dimension, string?> group) =>
        KeyOf(group) is var key && (!present.Contains(key) || shown.Contains(key));

    /// <summary>The groups of a level that are large enough and leave no small rest, the largest first.</summary>
    private static List<Group> Candidates(List<Group> level, List<List<Group>> levels, HashSet<string> shown, int least)
    {
        var open = level.Where(g => g.People >= least)
            .OrderByDescending(g => g.People).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        var parents = levels.SelectMany(l => l).Where(p => p.Level.Count < level[0].Level.Count && shown.Contains(p.Key))
            .Select(p => (p.People, Parts: level.Where(g => g.Units.IsSubsetOf(p.Units)).ToHashSet()))
            .Where(p => p.Parts.Sum(g => g.People) == p.People).ToList();
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var (people, parts) in parents)
            {
                var rest = people - open.Where(parts.Contains).Sum(g => g.People);
                if (rest <= 0 || rest >= least || open.LastOrDefault(parts.Contains) is not { } smallest) continue;
                open.Remove(smallest);
                changed = true;
            }
        }

        return open;
    }

    /// <summary>Adds a figure to those that are known, unless a secret could then be computed from them.</summary>
    private bool Reveal(long[] figure)
    {
        foreach (var (at, vector) in basis) Subtract(figure, vector, figure[at]);
        var pivot = Array.FindIndex(figure, f => f != 0);
        if (pivot < 0) return true;
        var inverse = Inverse(figure[pivot]);
        for (var i = 0; i < figure.Length; i++) figure[i] = figure[i] * inverse % Modulus;
        if (secrets.Exists(s => s[pivot] != 0 && IsMultiple(s, figure, s[pivot]))) return false;
        foreach (var secret in secrets) Subtract(secret, figure, secret[pivot]);
        basis.Add((pivot, figure));
        return true;
    }

    private static bool IsMultiple(long[] secret, long[] figure, long times)
    {
        for (var i = 0; i < secret.Length; i++)
            if (secret[i] != times * figure[i] % Modulus) return false;
        return true;
    }

    private static void Subtract(long[] from, long[] vector, long times)
    {
        if (times == 0) return;
        for (var i = 0; i < from.Length; i++) from[i] = (from[i] + ((Modulus - times) * vector[i])) % Modulus;
    }

    /// <summary>By Fermat: the power of two less than the modulus.</summary>
    private static long Inverse(long number)
    {
        var (result, power) = (1L, number);
        for (var exponent = Modulus - 2; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1) result = result * power % Modulus;
            power = power * power % Modulus;
        }

        return result;
    }

    private static string KeyOf(Cell cell, IReadOnlyList<Dimension> level) => KeyOf(level.ToDictionary(d => d, d => cell.Values(d)[0]));

    private static string KeyOf(IReadOnlyDictionary<Dimension, string?> group) =>
        string.Join('\u001f', group.OrderBy(g => g.Key).Select(g => $"{g.Key}={g.Value ?? "\u0000"}"));

    private sealed record Group(string Key, IReadOnlyList<Dimension> Level, IReadOnlySet<int> Units, decimal People)
    {
        public long[] Vector(int length)
        {
            var vector = new long[length];
            foreach (var unit in Units) vector[unit] = 1;
            return vector;
        }
    }
}
