namespace Metrics.GraphQL.Language;

/// <summary>A literal or a variable.</summary>
public abstract class ValueNode : Node
{
    public override string ToString() => Printer.Print(this);
}

public sealed class VariableNode : ValueNode
{
    public required NameNode Name { get; init; }
}

public sealed class IntValueNode : ValueNode
{
    /// <summary>The digits as written.</summary>
    public required string Value { get; init; }
}

public sealed class FloatValueNode : ValueNode
{
    /// <summary>The number as written.</summary>
    public required string Value { get; init; }
}

public sealed class StringValueNode : ValueNode
{
    /// <summary>The meaning: escapes resolved, block indentation removed.</summary>
    public required string Value { get; init; }

    /// <summary>Whether it was written between triple quotes.</summary>
    public bool IsBlock { get; init; }
}

public sealed class BooleanValueNode : ValueNode
{
    public bool Value { get; init; }
}

public sealed class NullValueNode : ValueNode;

public sealed class EnumValueNode : ValueNode
{
    public required string Value { get; init; }
}

public sealed class ListValueNode : ValueNode
{
    public required IReadOnlyList<ValueNode> Values { get; init; }
}

public sealed class ObjectValueNode : ValueNode
{
    public required IReadOnlyList<ObjectFieldNode> Fields { get; init; }
}

public sealed class ObjectFieldNode : Node
{
    public required NameNode Name { get; init; }

    public required ValueNode Value { get; init; }
}
