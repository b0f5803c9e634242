namespace Metrics.GraphQL.Language;

/// <summary>A type system definition, or an extension of one.</summary>
public abstract class TypeSystemNode : DefinitionNode
{
    /// <summary>Whether it was written with <c>extend</c>.</summary>
    public bool IsExtension { get; init; }
}

/// <summary><c>schema { query: … }</c></summary>
public sealed class SchemaDefinitionNode : TypeSystemNode
{
    public IReadOnlyList<OperationTypeNode> OperationTypes { get; init; } = [];
}

/// <summary>One line of a schema definition.</summary>
public sealed class OperationTypeNode : Node
{
    public OperationType Operation { get; init; }

    public required NamedTypeNode Type { get; init; }
}

/// <summary>The definition or extension of a named type.</summary>
public abstract class TypeDefinitionNode : TypeSystemNode
{
    public required NameNode Name { get; init; }
}

public sealed class ScalarTypeNode : TypeDefinitionNode;

/// <summary>An object or interface type: what has fields and implements interfaces.</summary>
public abstract class FieldsTypeNode : TypeDefinitionNode
{
    public IReadOnlyList<NamedTypeNode> Interfaces { get; init; } = [];

    public IReadOnlyList<FieldDefinitionNode> Fields { get; init; } = [];
}

public sealed class ObjectTypeNode : FieldsTypeNode;

public sealed class InterfaceTypeNode : FieldsTypeNode;

public sealed class UnionTypeNode : TypeDefinitionNode
{
    public IReadOnlyList<NamedTypeNode> Types { get; init; } = [];
}

public sealed class EnumTypeNode : TypeDefinitionNode
{
    public IReadOnlyList<EnumValueDefinitionNode> Values { get; init; } = [];
}

public sealed class InputObjectTypeNode : TypeDefinitionNode
{
    public IReadOnlyList<InputValueDefinitionNode> Fields { get; init; } = [];
}

public sealed class FieldDefinitionNode : Node
{
    public StringValueNode? Description { get; init; }

    public required NameNode Name { get; init; }

    public IReadOnlyList<InputValueDefinitionNode> Arguments { get; init; } = [];

    public required TypeNode Type { get; init; }

    public IReadOnlyList<DirectiveNode> Directives { get; init; } = [];
}

/// <summary>The definition of an argument or of an input field.</summary>
public sealed class InputValueDefinitionNode : Node
{
    public StringValueNode? Description { get; init; }

    public required NameNode Name { get; init; }

    public required TypeNode Type { get; init; }

    public ValueNode? DefaultValue { get; init; }

    public IReadOnlyList<DirectiveNode> Directives { get; init; } = [];
}

public sealed class EnumValueDefinitionNode : Node
{
    public StringValueNode? Description { get; init; }

    public required NameNode Name { get; init; }

    public IReadOnlyList<DirectiveNode> Directives { get; init; } = [];
}

public sealed class DirectiveDefinitionNode : TypeSystemNode
{
    public required NameNode Name { get; init; }

    public IReadOnlyList<InputValueDefinitionNode> Arguments { get; init; } = [];

    public bool IsRepeatable { get; init; }

    public required IReadOnlyList<NameNode> Locations { get; init; }
}
