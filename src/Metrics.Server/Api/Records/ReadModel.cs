namespace Metrics.Server.Api.Records;

/// <summary>The rows of a read model: what stands after FROM, the row under the name v.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class FromAttribute(string sql) : Attribute
{
    public string Sql { get; } = sql;
}

/// <summary>The SQL of a property; without it, the column of the property's name in snake case.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SqlAttribute(string sql) : Attribute
{
    public string Sql { get; } = sql;
}

/// <summary>SQL that several read models share.</summary>
internal static class Columns
{
    /// <summary>The record's own team under the catalogue's name of it.</summary>
    public const string Team =
        "coalesce((select a.target from catalog.alias a where a.kind = 'team' and a.name = v.team and a.namespace in (v.source, '') " +
        "order by a.namespace desc limit 1), v.team)";

    /// <summary>The record's datasets under the catalogue's names of them.</summary>
    public const string Datasets =
        "array(select coalesce((select a.target from catalog.alias a where a.kind = 'dataset' and a.name = d and a.namespace in (v.source, '') " +
        "order by a.namespace desc limit 1), d) from unnest(v.datasets) d)";

    /// <summary>The ingest batch that a view names in its record.</summary>
    public const string Batch = "(v.record::jsonb->>3)::bigint";
}
