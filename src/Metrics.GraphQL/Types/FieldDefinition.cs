using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Types;

/// <summary>A field of an object or interface.</summary>
public sealed class FieldDefinition
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public required GraphQLType Type { get; init; }

    public IReadOnlyList<InputValue> Arguments { get; init; } = [];

    /// <summary>Why not to use it any more; null when it is not deprecated.</summary>
    public string? DeprecationReason { get; init; }

    /// <summary>The schema coordinate, such as <c>Query.kpi</c>.</summary>
    public required string Coordinate { get; init; }

    /// <summary>What it costs to resolve, before its children; 1 unless the schema says otherwise.</summary>
    public int Cost { get; init; } = 1;

    /// <summary>How to multiply the cost of children: an argument that limits a list, and the size assumed without it.</summary>
    public ListSize? ListSize { get; init; }

    /// <summary>Where it was defined.</summary>
    public FieldDefinitionNode? Node { get; init; }

    internal FieldResolver Resolver { get; init; } = FieldResolver.Null;

    public InputValue? FindArgument(string name)
    {
        foreach (var argument in Arguments)
        {
            if (argument.Name == name) return argument;
        }
        return null;
    }

    public override string ToString() => Coordinate;
}

/// <summary>How many items a list field can return.</summary>
/// <param name="Arguments">The arguments that bound it, such as <c>first</c>; the largest one given counts.</param>
/// <param name="Assumed">The size when none is given.</param>
public sealed record ListSize(IReadOnlyList<string> Arguments, int Assumed);

/// <summary>An argument or an input field.</summary>
public sealed class InputValue
{
    private object? coercedDefault;
    private volatile bool isDefaultCoerced;

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required GraphQLType Type { get; init; }

    /// <summary>The default; null when there is none (a default of null is a <see cref="NullValueNode"/>).</summary>
    public ValueNode? DefaultValue { get; init; }

    public string? DeprecationReason { get; init; }

    /// <summary>The schema coordinate, such as <c>Query.kpi(id:)</c> or <c>KpiFilter.owner</c>.</summary>
    public required string Coordinate { get; init; }

    public InputValueDefinitionNode? Node { get; init; }

    /// <summary>Whether a value must be given.</summary>
    public bool IsRequired => Type.IsNonNull && DefaultValue is null;

    /// <summary>The default after coercion; only meaningful when there is one.</summary>
    internal object? CoercedDefault
    {
        get
        {
            if (isDefaultCoerced) return coercedDefault;
            coercedDefault = LiteralCoercion.Coerce(DefaultValue!, Type, variables: null);
            isDefaultCoerced = true;
            return coercedDefault;
        }
    }

    public override string ToString() => Coordinate;
}

/// <summary>A value of an enum.</summary>
public sealed class EnumValue
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? DeprecationReason { get; init; }

    /// <summary>What resolvers return and receive; the name, unless the schema was built from a C# enum.</summary>
    public required object Value { get; init; }

    public string Coordinate { get; internal set; } = "";

    public EnumValueDefinitionNode? Node { get; init; }

    internal byte[] EncodedName => field ??= System.Text.Encoding.UTF8.GetBytes($"\"{Name}\"");
}

/// <summary>A directive that a schema knows.</summary>
public sealed class DirectiveType
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<InputValue> Arguments { get; init; } = [];

    /// <summary>Where it may stand, by the names in <see cref="DirectiveLocations"/>.</summary>
    public required IReadOnlyList<string> Locations { get; init; }

    public bool IsRepeatable { get; init; }

    public DirectiveDefinitionNode? Node { get; init; }

    public override string ToString() => $"@{Name}";
}
