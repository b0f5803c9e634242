namespace Metrics.GraphQL.Types;

/// <summary>A type of a schema, named or wrapped. Immutable once the schema is built; compared by reference.</summary>
public abstract class GraphQLType
{
    /// <summary>The named type inside all lists and non-nulls.</summary>
    public abstract NamedType Named { get; }

    /// <summary>This type without its own non-null.</summary>
    public virtual GraphQLType Nullable => this;

    /// <summary>Whether null is not among its values.</summary>
    public bool IsNonNull => this is NonNullType;

    /// <summary>Whether arguments, variables and input fields can have this type.</summary>
    public bool IsInput => Named is ScalarType or EnumType or InputObjectType;

    /// <summary>Whether fields can have this type.</summary>
    public bool IsOutput => Named is not InputObjectType;

    /// <summary>Whether it is a scalar or enum under any wrapping.</summary>
    public bool IsLeaf => Named is ScalarType or EnumType;
}

/// <summary>A list.</summary>
public sealed class ListType(GraphQLType itemType) : GraphQLType
{
    public GraphQLType ItemType { get; } = itemType;

    public override NamedType Named => ItemType.Named;

    public override string ToString() => $"[{ItemType}]";
}

/// <summary>A type without null.</summary>
public sealed class NonNullType(GraphQLType nullableType) : GraphQLType
{
    public override NamedType Named => Nullable.Named;

    public override GraphQLType Nullable { get; } =
        nullableType is NonNullType ? throw new ArgumentException("A non-null type cannot wrap another.", nameof(nullableType)) : nullableType;

    public override string ToString() => $"{Nullable}!";
}
