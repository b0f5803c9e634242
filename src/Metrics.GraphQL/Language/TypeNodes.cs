namespace Metrics.GraphQL.Language;

/// <summary>A reference to a type.</summary>
public abstract class TypeNode : Node
{
    public override string ToString() => Printer.Print(this);

    /// <summary>The name inside all lists and non-nulls.</summary>
    public NamedTypeNode NamedType
    {
        get
        {
            var type = this;
            while (true)
            {
                switch (type)
                {
                    case NamedTypeNode named: return named;
                    case ListTypeNode list: type = list.ItemType; break;
                    case NonNullTypeNode nonNull: type = nonNull.NullableType; break;
                    default: throw new InvalidOperationException($"{type.GetType()} is not a type reference.");
                }
            }
        }
    }
}

public sealed class NamedTypeNode : TypeNode
{
    public required NameNode Name { get; init; }
}

public sealed class ListTypeNode : TypeNode
{
    public required TypeNode ItemType { get; init; }
}

public sealed class NonNullTypeNode : TypeNode
{
    public required TypeNode NullableType { get; init; }
}
