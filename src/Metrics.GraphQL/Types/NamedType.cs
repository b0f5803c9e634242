using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Types;

/// <summary>A type with a name.</summary>
public abstract class NamedType : GraphQLType
{
    private protected NamedType(string name, string? description, IReadOnlyList<TypeDefinitionNode> nodes)
    {
        Name = name;
        Description = description;
        Nodes = nodes;
    }

    public string Name { get; }

    public string? Description { get; }

    /// <summary>The definition and the extensions that the type was built from.</summary>
    public IReadOnlyList<TypeDefinitionNode> Nodes { get; }

    public override NamedType Named => this;

    /// <summary>Whether it belongs to the introspection system.</summary>
    public bool IsIntrospection => Name.StartsWith("__", StringComparison.Ordinal);

    public override string ToString() => Name;
}

/// <summary>A scalar.</summary>
public sealed class ScalarType : NamedType
{
    internal ScalarType(Scalar scalar, string? description, string? specifiedBy, IReadOnlyList<TypeDefinitionNode> nodes)
        : base(scalar.Name, description, nodes)
    {
        Scalar = scalar;
        SpecifiedBy = specifiedBy;
    }

    /// <summary>How values are read and written.</summary>
    public Scalar Scalar { get; }

    /// <summary>The address of the specification of its values, if any.</summary>
    public string? SpecifiedBy { get; }
}

/// <summary>A type with a selection set: object, interface or union.</summary>
public abstract class CompositeType : NamedType
{
    private protected CompositeType(string name, string? description, IReadOnlyList<TypeDefinitionNode> nodes)
        : base(name, description, nodes) { }

    /// <summary>The objects that a value of this type can be, in order of definition.</summary>
    public IReadOnlyList<ObjectType> PossibleTypes { get; internal set; } = [];

    internal HashSet<ObjectType> PossibleTypeSet => field ??= [.. PossibleTypes];

    /// <summary>Finds a field, including <c>__typename</c>, and on the query type <c>__schema</c> and <c>__type</c>.</summary>
    public FieldDefinition? FindField(string name) =>
        MetaFields.TryGetValue(name, out var meta) ? meta : this is FieldsType fields ? fields.FieldsByName.GetValueOrDefault(name) : null;

    internal Dictionary<string, FieldDefinition> MetaFields { get; } = [];
}

/// <summary>An object or interface.</summary>
public abstract class FieldsType : CompositeType
{
    private protected FieldsType(string name, string? description, IReadOnlyList<TypeDefinitionNode> nodes)
        : base(name, description, nodes) { }

    /// <summary>The fields, in order.</summary>
    public IReadOnlyList<FieldDefinition> Fields
    {
        get;
        internal set
        {
            field = value;
            FieldsByName = value.DistinctBy(f => f.Name).ToDictionary(f => f.Name);
        }
    } = [];

    /// <summary>The interfaces implemented, in order.</summary>
    public IReadOnlyList<InterfaceType> Interfaces => field ??= [.. DeclaredInterfaces.OfType<InterfaceType>()];

    /// <summary>As declared: before validation these may be of any kind.</summary>
    internal IReadOnlyList<NamedType> DeclaredInterfaces { get; set; } = [];

    internal Dictionary<string, FieldDefinition> FieldsByName { get; private set; } = [];
}

/// <summary>An object type.</summary>
public sealed class ObjectType : FieldsType
{
    internal ObjectType(string name, string? description, IReadOnlyList<TypeDefinitionNode> nodes)
        : base(name, description, nodes) => PossibleTypes = [this];
}

/// <summary>An interface type.</summary>
public sealed class InterfaceType : FieldsType
{
    internal InterfaceType(string name, string? description, IReadOnlyList<TypeDefinitionNode> nodes)
        : base(name, description, nodes) { }
}

/// <summary>A union.</summary>
public sealed class UnionType : CompositeType
{
    internal UnionType(string name, string? description, IReadOnlyList<TypeDefinitionNode> nodes)
        : base(name, description, nodes) { }

    /// <summary>The members, in order.</summary>
    public IReadOnlyList<ObjectType> Types => PossibleTypes;

    /// <summary>As declared: before validation these may be of any kind.</summary>
    internal IReadOnlyList<NamedType> DeclaredTypes { get; set; } = [];
}

/// <summary>An enum.</summary>
public sealed class EnumType : NamedType
{
    private readonly Dictionary<string, EnumValue> byName;
    private readonly Dictionary<object, EnumValue> byValue;

    internal EnumType(string name, string? description, IReadOnlyList<EnumValue> values, IReadOnlyList<TypeDefinitionNode> nodes)
        : base(name, description, nodes)
    {
        Values = values;
        byName = values.DistinctBy(v => v.Name).ToDictionary(v => v.Name);
        byValue = values.DistinctBy(v => v.Value).ToDictionary(v => v.Value);
        foreach (var value in values) value.Coordinate = $"{name}.{value.Name}";
    }

    /// <summary>The values, in order.</summary>
    public IReadOnlyList<EnumValue> Values { get; }

    public EnumValue? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Finds the value that stands for what a resolver returned.</summary>
    public EnumValue? FindByValue(object value) => byValue.GetValueOrDefault(value);
}

/// <summary>An input object.</summary>
public sealed class InputObjectType : NamedType
{
    internal InputObjectType(string name, string? description, bool isOneOf, IReadOnlyList<TypeDefinitionNode> nodes)
        : base(name, description, nodes) => IsOneOf = isOneOf;

    /// <summary>Whether exactly one field must be given.</summary>
    public bool IsOneOf { get; }

    /// <summary>The fields, in order.</summary>
    public IReadOnlyList<InputValue> Fields
    {
        get;
        internal set
        {
            field = value;
            FieldsByName = value.DistinctBy(f => f.Name).ToDictionary(f => f.Name);
        }
    } = [];

    internal Dictionary<string, InputValue> FieldsByName { get; private set; } = [];

    public InputValue? Find(string name) => FieldsByName.GetValueOrDefault(name);
}
