namespace Metrics.GraphQL.Language;

/// <summary>A part of a parsed document. Nodes are immutable and compared by reference.</summary>
public abstract class Node
{
    /// <summary>Where the node begins; the default value for nodes made by hand.</summary>
    public Location Location { get; init; }
}

/// <summary>A name as written.</summary>
public sealed class NameNode : Node
{
    public required string Value { get; init; }

    public override string ToString() => Value;
}

/// <summary>A whole document: operations and fragments, or type system definitions.</summary>
public sealed class DocumentNode : Node
{
    public required IReadOnlyList<DefinitionNode> Definitions { get; init; }

    /// <summary>The operations, in order.</summary>
    public IEnumerable<OperationDefinitionNode> Operations => Definitions.OfType<OperationDefinitionNode>();

    /// <summary>The fragments, in order.</summary>
    public IEnumerable<FragmentDefinitionNode> Fragments => Definitions.OfType<FragmentDefinitionNode>();
}

/// <summary>A definition or extension at the top of a document.</summary>
public abstract class DefinitionNode : Node
{
    public StringValueNode? Description { get; init; }

    public IReadOnlyList<DirectiveNode> Directives { get; init; } = [];
}

/// <summary>A directive where it is applied.</summary>
public sealed class DirectiveNode : Node
{
    public required NameNode Name { get; init; }

    public IReadOnlyList<ArgumentNode> Arguments { get; init; } = [];
}

/// <summary>An argument of a field or directive.</summary>
public sealed class ArgumentNode : Node
{
    public required NameNode Name { get; init; }

    public required ValueNode Value { get; init; }
}
