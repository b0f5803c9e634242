using System.Text.RegularExpressions;

namespace Metrics.GraphQL.Types;

/// <summary>Schema coordinates (spec §3.14): <c>Type</c>, <c>Type.member</c>, <c>Type.field(arg:)</c>, <c>@directive</c>, <c>@directive(arg:)</c>.</summary>
public static partial class SchemaCoordinate
{
    [GeneratedRegex(@"^(?<at>@)?(?<name>[_A-Za-z]\w*)(?:\.(?<member>[_A-Za-z]\w*))?(?:\((?<arg>[_A-Za-z]\w*):\))?$",
        RegexOptions.ECMAScript)]
    private static partial Regex Pattern { get; }

    /// <summary>
    /// Finds what a coordinate names: a <see cref="NamedType"/>, <see cref="FieldDefinition"/>, <see cref="InputValue"/>,
    /// <see cref="EnumValue"/> or <see cref="DirectiveType"/>; null when the schema has no such thing.
    /// </summary>
    /// <exception cref="GraphQLException">
    /// The text is no coordinate, or it asks for a member of something that does not exist or has no members.
    /// </exception>
    public static object? Resolve(Schema schema, string coordinate)
    {
        var match = Pattern.Match(coordinate);
        var (name, member, argument) = (match.Groups["name"].Value, match.Groups["member"].Value, match.Groups["arg"].Value);
        var isDirective = match.Groups["at"].Success;
        if (!match.Success || (isDirective && member.Length > 0) || (!isDirective && argument.Length > 0 && member.Length == 0))
        {
            throw new GraphQLException(
                $"\"{coordinate}\" is not a schema coordinate. Write Type, Type.member, Type.field(argument:), @directive or @directive(argument:).",
                ErrorCodes.Syntax);
        }
        if (isDirective)
        {
            var directive = schema.FindDirective(name);
            if (argument.Length == 0) return directive;
            return directive is null
                ? throw Missing($"The schema has no directive \"@{name}\".")
                : directive.Arguments.FirstOrDefault(a => a.Name == argument);
        }
        var type = schema.FindType(name);
        if (member.Length == 0) return type;
        if (argument.Length > 0)
        {
            return type is FieldsType parent
                ? (parent.FieldsByName.GetValueOrDefault(member) ?? throw Missing($"Type \"{name}\" has no field \"{member}\".")).FindArgument(argument)
                : throw Missing($"\"{name}\" is not an object or interface type of the schema.");
        }
        return type switch
        {
            FieldsType fields => fields.FieldsByName.GetValueOrDefault(member),
            EnumType values => values.Find(member),
            InputObjectType input => input.Find(member),
            _ => throw Missing($"\"{name}\" is not a type with members of the schema."),
        };
    }

    private static GraphQLException Missing(string message) => new(message, ErrorCodes.BadInput);
}
