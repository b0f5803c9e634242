using System.Text.Json;

namespace Metrics.Sources.OpenLineage;

/// <summary>The names by which OpenLineage's things become canonical ones.</summary>
internal sealed class LineageNames(Mapping mapping)
{
    /// <summary>What mapping rules may say of a dataset.</summary>
    public static readonly MappingTopic DatasetTopic = new(
        "dataset", "the dataset's canonical name; by default a warehouse table's own name, else namespace and name", "namespace", "name");

    // OpenLineage's naming rules give tables of these the name that the warehouse itself uses, with all its parts: the one by which
    // dbt and the others know it, too.
    private static readonly string[] Warehouses =
    [
        "postgres", "postgresql", "redshift", "snowflake", "bigquery", "mysql", "sqlserver", "mssql", "synapse", "azuresql", "oracle", "trino",
        "presto", "awsathena", "athena", "databricks", "unitycatalog", "unity", "hive", "teradata", "duckdb", "clickhouse", "vertica", "db2",
        "crate", "spanner", "fabric",
    ];

    /// <summary>A dataset's canonical name; null where namespace or name is missing.</summary>
    public string? Dataset(JsonElement json) =>
        json.Text("namespace") is { } space && json.Text("name") is { } name ? Dataset(space, name) : null;

    /// <summary>A table of a warehouse by its own name; anything else by namespace and name; unless a rule says otherwise.</summary>
    public string Dataset(string space, string name)
    {
        if (mapping.Apply(DatasetTopic.Name, new RawAttributes { { "namespace", space }, { "name", name } }) is { } mapped) return mapped;
        var scheme = space.Split("://", 2)[0].Split(':')[0];
        return Warehouses.Contains(scheme, StringComparer.OrdinalIgnoreCase)
            ? name
            : $"{space.TrimEnd('/')}/{name.TrimStart('/')}";
    }

    /// <summary>A job by namespace and name.</summary>
    public static string Job(string space, string name) => $"{space.TrimEnd('/')}/{name}";

    /// <summary>
    /// The team among the owners: one that says so (<c>team:data</c>, <c>group:data</c>, or the type), else the first that is no
    /// user. What is masked, as some systems write it, is no name.
    /// </summary>
    public static string? Team(JsonElement ownership)
    {
        var owners = ownership.At("owners").Items()
            .Select(o => (Name: o.Text("name"), Type: o.Text("type") ?? ""))
            .Where(o => o.Name is not null && !IsUser(o.Name) && o.Name.Any(char.IsLetterOrDigit))
            .ToList();
        var team = owners.Find(o => IsTeam(o.Name!) || o.Type.Contains("TEAM", StringComparison.OrdinalIgnoreCase)).Name ?? owners.FirstOrDefault().Name;
        return team is not null && IsTeam(team) ? team[(team.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() : team;
    }

    /// <summary>An owner that is a person.</summary>
    public static bool IsUser(string owner) =>
        owner.StartsWith("user:", StringComparison.OrdinalIgnoreCase) || owner.StartsWith("person:", StringComparison.OrdinalIgnoreCase);

    private static bool IsTeam(string owner) =>
        owner.StartsWith("team:", StringComparison.OrdinalIgnoreCase) || owner.StartsWith("group:", StringComparison.OrdinalIgnoreCase);
}
