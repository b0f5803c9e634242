namespace Metrics.Model.Facts;

/// <summary>Names a fact: in the singular for its table and view, in the plural for its file.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FactAttribute(string name, string file) : Attribute
{
    /// <summary>The table and view, and the name under which a KPI file reads it: <c>pipeline_run</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The file in a canonical folder, without extension: <c>pipeline_runs</c>.</summary>
    public string File { get; } = file;
}

/// <summary>Part of the natural key, in order of declaration. A nullable key part may be empty, and empty is a value.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeyAttribute : Attribute;

/// <summary>
/// A record of the catalogue: the values of these facts hold over time and their history is kept
/// (<c>catalog.assertion</c>). With <paramref name="shared"/> one entity is described by several sources.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CatalogueAttribute(bool shared) : Attribute
{
    /// <summary>True where several sources speak of the same thing and precedence decides per attribute.</summary>
    public bool Shared { get; } = shared;
}

/// <summary>About a person: kept in the table, absent from every view that analysts and BI tools can read.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PersonalAttribute : Attribute;

/// <summary>About few people at a time: a KPI that reads it must suppress groups of fewer than this.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AboutPeopleAttribute(int smallestGroup) : Attribute
{
    /// <summary>The fewest people that a shown group may have.</summary>
    public int SmallestGroup { get; } = smallestGroup;
}

/// <summary>Replaced by a keyed hash before anything is stored.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RedactedAttribute : Attribute;

/// <summary>
/// These columns name a record of another fact (or of this one) by the leading parts of its key, within source and
/// connection. When that record changes, the days of the records that name it are computed again.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class RefersToAttribute(string fact, params string[] columns) : Attribute
{
    /// <summary>The other fact's <see cref="FactAttribute.Name"/>.</summary>
    public string Fact { get; } = fact;

    /// <summary>This fact's columns, matched to the leading key parts of the other.</summary>
    public IReadOnlyList<string> Columns { get; } = columns;
}

/// <summary>States of an enum after which nothing more is expected; they win over others of the same version.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class TerminalAttribute : Attribute;

/// <summary>The column's name where it is not the property's.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ColumnAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
