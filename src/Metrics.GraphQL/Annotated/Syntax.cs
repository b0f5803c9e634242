using System.Globalization;
using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Annotated;

/// <summary>Makes syntax nodes.</summary>
internal static class Syntax
{
    public static NameNode Name(string name) => new() { Value = name };

    public static NamedTypeNode Type(string name) => new() { Name = Name(name) };

    public static TypeNode NonNull(TypeNode type) => type is NonNullTypeNode ? type : new NonNullTypeNode { NullableType = type };

    public static TypeNode List(TypeNode item) => new ListTypeNode { ItemType = item };

    public static StringValueNode? Description(string? text) => text is null ? null : new StringValueNode { Value = text, IsBlock = true };

    public static IReadOnlyList<DirectiveNode> Deprecated(GraphQLDeprecatedAttribute? attribute) => attribute is null
        ? []
        : [new DirectiveNode { Name = Name("deprecated"), Arguments = [new ArgumentNode { Name = Name("reason"), Value = new StringValueNode { Value = attribute.Reason } }] }];

    public static InputValueDefinitionNode Argument(string name, TypeNode type, string? description = null) =>
        new() { Name = Name(name), Type = type, Description = Description(description) };

    public static FieldDefinitionNode Field(string name, TypeNode type, string? description = null) =>
        new() { Name = Name(name), Type = type, Description = Description(description) };

    /// <summary>A C# default as a literal; null when it cannot be written as one.</summary>
    public static ValueNode? Literal(object? value, Func<object, string?> enumName) => value switch
    {
        null => null,
        bool b => new BooleanValueNode { Value = b },
        string s => new StringValueNode { Value = s },
        Enum e => enumName(e) is { } name ? new EnumValueNode { Value = name } : null,
        int or long or short or byte => new IntValueNode { Value = Convert.ToString(value, CultureInfo.InvariantCulture)! },
        double or float or decimal => new FloatValueNode { Value = Convert.ToString(value, CultureInfo.InvariantCulture)! },
        _ => null,
    };
}
