using System.Globalization;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dbt;

/// <summary>
/// What a project has had, manifest by manifest. What the manifests after a moment no longer have has ended with the first of
/// them: a dataset, a check, an edge of lineage. Manifests of another target are another project's.
/// </summary>
internal static class DbtProject
{
    private const string Mark = "project ";
    private const string Manifest = "manifest ";
    private const char Separator = '\u001f';

    /// <summary>A record of a manifest that may end, as a name; null for others.</summary>
    public static string? NameOf(Fact record) => record switch
    {
        Dataset { Source: DbtSource.SourceName } dataset => $"dataset{Separator}{dataset.Id}",
        Check check => $"check{Separator}{check.CheckId}",
        LineageEdge edge => $"lineage{Separator}{edge.Upstream}{Separator}{edge.Downstream}",
        _ => null,
    };

    /// <summary>The manifest, and each thing in it.</summary>
    public static IEnumerable<Reading> Seen(DbtArtifact artifact, DbtGraph graph, IReadOnlyList<string> there)
    {
        if (Of(artifact, graph) is not { } project) yield break;
        var at = artifact.GeneratedAt;
        yield return new FragmentSeen(project, Manifest + at.ToString("O", CultureInfo.InvariantCulture), at, "{}");
        foreach (var name in there.Distinct()) yield return new FragmentSeen(project, name, at, "{}");
    }

    public static IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments)
    {
        var manifests = fragments.Where(f => f.Name.StartsWith(Manifest, StringComparison.Ordinal)).Select(f => f.Version).Order().ToList();
        foreach (var last in fragments.Where(f => f.Version < manifests[^1] && !f.Name.StartsWith(Manifest, StringComparison.Ordinal)))
        {
            var ended = manifests[~manifests.BinarySearch(last.Version, NextAfter)];
            yield return new RecordRead(Ended(last.Name.Split(Separator), ended));
        }
    }

    // Never equal: what comes after the moment is looked for.
    private static readonly IComparer<DateTimeOffset> NextAfter = Comparer<DateTimeOffset>.Create((a, b) => a <= b ? -1 : 1);

    private static Fact Ended(string[] name, DateTimeOffset at) => name[0] switch
    {
        "dataset" => new Dataset { Id = name[1], Source = DbtSource.SourceName, UpdatedAt = at, SeenAt = at, Deleted = true },
        "check" => new Check { CheckId = name[1], Source = DbtSource.SourceName, UpdatedAt = at, SeenAt = at, Deleted = true },
        _ => new LineageEdge { Upstream = name[1], Downstream = name[2], Source = DbtSource.SourceName, UpdatedAt = at, SeenAt = at, Deleted = true },
    };

    /// <summary>
    /// The project with the database and schema that most of its models go to: a developer's manifest knows other relations, and
    /// ends none of production's. Null where it cannot be told.
    /// </summary>
    private static string? Of(DbtArtifact artifact, DbtGraph graph)
    {
        var project = artifact.Metadata.Text("project_name") ?? artifact.Metadata.Text("project_id");
        var target = graph.Datasets.Where(d => d.Node.Text("resource_type") is not "source")
            .CountBy(d => $"{d.Node.Text("database")}.{d.Node.Text("schema")}")
            .OrderByDescending(d => d.Value).ThenBy(d => d.Key, StringComparer.Ordinal).Select(d => d.Key).FirstOrDefault();
        return project is null || target is null ? null : $"{Mark}{project} {target}";
    }
}
