using System.Collections.Immutable;

namespace Metrics.Storage.Catalogue;

/// <summary>What one source says of an entity.</summary>
/// <param name="Exact">In force from <paramref name="At"/> on, whole. Else a snapshot: this is how it looked at that moment.</param>
/// <param name="At">Null means since ever.</param>
/// <param name="Present">False where the source says that it does not exist.</param>
/// <param name="Attributes">As JSON texts; an attribute that is missing or null is unknown to the source.</param>
internal sealed record Assertion(
    string Source, string Connection, bool Exact, DateTime? At, bool Present, ImmutableSortedDictionary<string, string> Attributes, long Batch);

/// <summary>What held of an entity over a time.</summary>
/// <param name="From">Inclusive; null means since ever.</param>
/// <param name="To">Exclusive; null means until now and on.</param>
internal sealed record CatalogueVersion(
    DateTime? From, DateTime? To, ImmutableSortedDictionary<string, string> Attributes, string Origin, long Batch)
{
    public bool SameContent(CatalogueVersion other) =>
        Origin == other.Origin && Attributes.SequenceEqual(other.Attributes);
}

/// <summary>
/// Derives an entity's history from what its sources say. Per attribute the source of highest precedence decides. The first
/// sight of an attribute holds since ever, a different value later from its snapshot's own time: so the order of imports
/// cannot matter, and a change today does not rewrite last quarter.
/// </summary>
internal static class CatalogueHistory
{
    /// <param name="precedence">Sources from the most trusted on; those not named follow by name.</param>
    public static IReadOnlyList<CatalogueVersion> Derive(IEnumerable<Assertion> assertions, IReadOnlyList<string> precedence)
    {
        var lines = assertions.GroupBy(a => (a.Source, a.Connection))
            .OrderBy(g => Rank(g.Key.Source, precedence))
            .ThenBy(g => g.Key.Source, StringComparer.Ordinal).ThenBy(g => g.Key.Connection, StringComparer.Ordinal)
            .Select(g => new Line(g.Key.Source, Steps(g)))
            .ToList();
        var edges = lines.SelectMany(l => l.Steps).Select(s => s.From).Distinct().Order().ToList();
        var versions = new List<CatalogueVersion>();
        for (var i = 0; i < edges.Count; i++)
        {
            DateTime? from = edges[i] == DateTime.MinValue ? null : edges[i];
            DateTime? to = i + 1 < edges.Count ? edges[i + 1] : null;
            if (At(lines, edges[i]) is not { } merged) continue;
            var version = new CatalogueVersion(from, to, merged.Attributes, merged.Origin, merged.Batch);
            if (versions.Count > 0 && versions[^1].To == from && from is not null && versions[^1].SameContent(version))
                versions[^1] = versions[^1] with { To = to };
            else
                versions.Add(version);
        }

        return versions;
    }

    private static (ImmutableSortedDictionary<string, string> Attributes, string Origin, long Batch)? At(List<Line> lines, DateTime at)
    {
        var merged = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var present = false;
        var origin = "";
        var batch = 0L;
        foreach (var line in lines)
        {
            if (line.Steps.LastOrDefault(s => s.From <= at) is not { Present: true } step) continue;
            if (!present) origin = line.Source;
            present = true;
            batch = Math.Max(batch, step.Batch);
            foreach (var (name, value) in step.Attributes)
                merged.TryAdd(name, value);
        }

        return present ? (merged.ToImmutable(), origin, batch) : null;
    }

    /// <summary>One source's view as steps in time.</summary>
    private static List<Step> Steps(IEnumerable<Assertion> assertions)
    {
        var all = assertions.ToList();
        return all.Exists(a => a.Exact)
            ? [.. all.Where(a => a.Exact && a.Present)
                .Select(a => new Step(a.At ?? DateTime.MinValue, Present: true, a.Attributes, a.Batch))
                .OrderBy(s => s.From)]
            : Snapshots([.. all.OrderBy(a => a.At)]);
    }

    private static List<Step> Snapshots(List<Assertion> snapshots)
    {
        var firstPresent = snapshots.FindIndex(s => s.Present);
        if (firstPresent < 0) return [];
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in snapshots.Where(s => s.Present).SelectMany(s => s.Attributes))
            first.TryAdd(name, value);

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var steps = new List<Step>();
        foreach (var snapshot in snapshots.Skip(firstPresent))
        {
            seen.UnionWith(snapshot.Attributes.Keys);
            var early = first.Where(f => !seen.Contains(f.Key));
            steps.Add(new Step(
                steps.Count == 0 ? DateTime.MinValue : snapshot.At!.Value,
                snapshot.Present,
                snapshot.Attributes.AddRange(early),
                snapshot.Batch));
        }

        return steps;
    }

    private static int Rank(string source, IReadOnlyList<string> precedence)
    {
        var index = precedence.ToList().IndexOf(source);
        return index < 0 ? precedence.Count : index;
    }

    private sealed record Line(string Source, List<Step> Steps);

    private sealed record Step(DateTime From, bool Present, ImmutableSortedDictionary<string, string> Attributes, long Batch);
}
