using System.Text.Json;
using System.Text.RegularExpressions;

namespace Metrics.Sources.Dbt;

/// <summary>The nodes of a manifest that are datasets, and what they are made from.</summary>
internal sealed partial class DbtGraph
{
    private readonly Dictionary<string, JsonElement> nodes = [];
    private readonly Dictionary<string, string> relations = [];
    private readonly HashSet<string> made = [];
    private readonly JsonElement parents;

    public DbtGraph(JsonElement manifest)
    {
        parents = manifest.At("parent_map");
        // Sources first: where a source and a node of the project are one relation, the node says more about it.
        foreach (var member in manifest.At("sources").Members().Concat(manifest.At("nodes").Members()))
        {
            var (id, node) = (member.Name, member.Value);
            nodes[id] = node;
            if (RelationOf(node) is not { } relation) continue;
            relations[id] = relation;
            if (node.Text("resource_type") != "source") made.Add(relation);
        }
    }

    /// <summary>The nodes that are datasets, each with its relation.</summary>
    public IEnumerable<(string Id, JsonElement Node, string Relation)> Datasets =>
        relations.Select(r => (r.Key, nodes[r.Key], r.Value));

    public IEnumerable<(string Id, JsonElement Node)> Tests =>
        nodes.Where(n => n.Value.Text("resource_type") == "test").Select(n => (n.Key, n.Value));

    /// <summary>The relation of a node; null for one that is no dataset, such as an ephemeral model.</summary>
    public string? Relation(string id) => relations.GetValueOrDefault(id);

    /// <summary>Whether it is a source that the project makes itself: then the node that makes it describes it.</summary>
    public bool IsOvershadowed(string id) => nodes[id].Text("resource_type") == "source" && made.Contains(relations[id]);

    /// <summary>The pairs of relations of which the second is made from the first, through ephemeral models.</summary>
    public IEnumerable<(string Upstream, string Downstream)> Edges() => relations
        .SelectMany(d => Upstream(d.Key, []).Select(u => (Upstream: u, Downstream: d.Value)))
        .Where(e => e.Upstream != e.Downstream)
        .Distinct();

    /// <summary>The relation that a test is about; null where it is about none, or about an ephemeral model.</summary>
    public string? Tested(JsonElement test)
    {
        if (test.Text("attached_node") is { } attached) return Relation(attached);
        var tested = Parents(test).ToList();
        if (tested.Count > 1)
        {
            var arguments = test.At("test_metadata").At("kwargs");
            var named = tested.FindAll(t => Names(arguments.Text("model"), t));
            var rest = tested.FindAll(t => !Names(arguments.Text("to") ?? arguments.Text("compare_model"), t));
            // Before attached_node, dbt listed the other side of a relationship first.
            var isGeneric = test.At("test_metadata").ValueKind == JsonValueKind.Object;
            if (named.Count > 0) tested = named;
            else if (isGeneric && rest.Count > 0) tested = [rest[^1]];
        }

        return tested.Select(Relation).FirstOrDefault(r => r is not null);
    }

    private IEnumerable<string> Upstream(string id, HashSet<string> visited)
    {
        var ids = Parents(nodes[id]).Concat(parents.At(id).Texts());
        foreach (var parent in ids.Where(visited.Add))
        {
            if (Relation(parent) is { } relation) yield return relation;
            else if (nodes.TryGetValue(parent, out var node) && node.Text("resource_type") == "model")
                foreach (var further in Upstream(parent, visited)) yield return further;
        }
    }

    private static IEnumerable<string> Parents(JsonElement node) => node.At("depends_on").At("nodes").Texts();

    private static bool Names(string? reference, string id) =>
        reference is not null && Quoted().Matches(reference).LastOrDefault() is { } name
        && id.Split('.').Skip(2).Contains(name.Groups["name"].Value);

    private static string? RelationOf(JsonElement node)
    {
        var type = node.Text("resource_type");
        if (type is not ("model" or "seed" or "snapshot" or "source")) return null;
        if (node.At("config").Text("materialized") == "ephemeral") return null;
        if (node.Text("relation_name") is { } quoted) return DbtNames.Relation(quoted);
        var name = node.Text("alias") ?? node.Text("identifier") ?? node.Text("name");
        return name is null
            ? null
            : string.Join('.', new[] { node.Text("database"), node.Text("schema"), name }.OfType<string>());
    }

    [GeneratedRegex("""['"](?<name>[^'"]+)['"]""", RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();
}
