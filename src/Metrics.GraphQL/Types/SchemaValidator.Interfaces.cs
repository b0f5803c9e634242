using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Types;

internal sealed partial class SchemaValidator
{
    private void CheckInterfaces(FieldsType type)
    {
        var seen = new HashSet<string>();
        foreach (var declared in type.DeclaredInterfaces)
        {
            if (declared is not InterfaceType face)
                Report(type.Name, $"Type {type} must only implement interface types, it cannot implement {declared}.", Implementing(type, declared));
            else if (ReferenceEquals(type, face))
                Report(type.Name, $"Type {type} cannot implement itself because it would create a circular reference.", Implementing(type, face));
            else if (!seen.Add(face.Name))
                Report(type.Name, $"Type {type} can only implement {face} once.", Implementing(type, face));
            else
                CheckImplementation(type, face);
        }
    }

    private static IEnumerable<NamedTypeNode> Implementing(FieldsType type, NamedType face) =>
        type.Nodes.Cast<FieldsTypeNode>().SelectMany(n => n.Interfaces).Where(n => n.Name.Value == face.Name);

    private void CheckImplementation(FieldsType type, InterfaceType face)
    {
        foreach (var ancestor in face.DeclaredInterfaces)
        {
            if (type.DeclaredInterfaces.Contains(ancestor)) continue;
            Report(type.Name, ReferenceEquals(ancestor, type)
                ? $"Type {type} cannot implement {face} because it would create a circular reference."
                : $"Type {type} must implement {ancestor} because it is implemented by {face}.",
                Implementing(face, ancestor).Concat(Implementing(type, face)));
        }
        foreach (var expected in face.Fields)
        {
            if (type.FieldsByName.TryGetValue(expected.Name, out var field)) CheckImplementedField(type, field, expected);
            else Report(type.Name, $"Interface field {expected} expected but {type} does not provide it.", type.Nodes.Prepend<Node?>(expected.Node));
        }
    }

    private void CheckImplementedField(FieldsType type, FieldDefinition field, FieldDefinition expected)
    {
        if (!Schema.IsSubType(field.Type, expected.Type))
        {
            Report(field.Coordinate, $"Interface field {expected} expects type {expected.Type} but {field} is type {field.Type}.",
                expected.Node?.Type, field.Node?.Type);
        }
        foreach (var argument in expected.Arguments)
        {
            if (field.FindArgument(argument.Name) is not { } own)
            {
                Report(field.Coordinate, $"Interface field argument {argument} expected but {field} does not provide it.", argument.Node, field.Node);
            }
            else if (!Schema.IsSame(argument.Type, own.Type))
            {
                Report(own.Coordinate, $"Interface field argument {argument} expects type {argument.Type} but {own} is type {own.Type}.",
                    argument.Node?.Type, own.Node?.Type);
            }
        }
        foreach (var own in field.Arguments.Where(a => a.IsRequired && expected.FindArgument(a.Name) is null))
        {
            Report(own.Coordinate, $"Argument {own} must not be required type {own.Type} if not provided by the interface field {expected}.",
                own.Node, expected.Node);
        }
        if (field.DeprecationReason is not null && expected.DeprecationReason is null)
        {
            Report(field.Coordinate, $"Interface field {expected} is not deprecated, so {type}.{field.Name} must not be deprecated.",
                DeprecatedNode(field.Node?.Directives), field.Node?.Type);
        }
    }
}
