using System.Reflection;

namespace Metrics.Model.Facts;

/// <summary>One column of a fact.</summary>
public sealed class FactColumn
{
    private readonly PropertyInfo property;

    internal FactColumn(PropertyInfo property)
    {
        this.property = property;
        Name = property.GetCustomAttribute<ColumnAttribute>()?.Name ?? FactSchema.SnakeCase(property.Name);
        IsKey = property.IsDefined(typeof(KeyAttribute));
        IsPersonal = property.IsDefined(typeof(PersonalAttribute)) || property.IsDefined(typeof(RedactedAttribute));
        IsRedacted = property.IsDefined(typeof(RedactedAttribute));
        var type = property.PropertyType;
        IsList = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
        ValueType = IsList ? type.GetGenericArguments()[0] : Nullable.GetUnderlyingType(type) ?? type;
        IsRequired = IsKey && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull;
        if (type == typeof(bool)) Default = IsTrueByDefault(property.Name);
    }

    /// <summary>As in the table and in the file: <c>scheduled_for</c>.</summary>
    public string Name { get; }

    /// <summary>The property that holds it.</summary>
    public string Property => property.Name;

    public bool IsKey { get; }

    /// <summary>A key part that cannot be empty.</summary>
    public bool IsRequired { get; }

    /// <summary>About a person; in no view.</summary>
    public bool IsPersonal { get; }

    /// <summary>Stored only as a keyed hash.</summary>
    public bool IsRedacted { get; }

    public bool IsList { get; }

    /// <summary>The type of one value: string, int, long, decimal, bool, a moment, date, time, duration, or an enum.</summary>
    public Type ValueType { get; }

    /// <summary>What an empty cell means, for booleans that are never empty.</summary>
    public bool? Default { get; }

    /// <summary>The column's value in a record; lists come as arrays of their value type.</summary>
    public object? Get(Fact fact) => property.GetValue(fact);

    internal void Set(Fact fact, object? value) => property.SetValue(fact, value);

    /// <summary>The allowed words, where the column has a vocabulary; else none.</summary>
    public IReadOnlyList<string> Words => ValueType.IsEnum ? FactWords.Of(ValueType) : [];

    private static bool IsTrueByDefault(string name) =>
        name is nameof(Check.Enabled) or nameof(PullRequest.IsDataCode);
}
