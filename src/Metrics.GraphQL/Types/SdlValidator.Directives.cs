using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Types;

internal sealed partial class SdlValidator
{
    private readonly Dictionary<string, HashSet<string>> seenDirectives = [];

    private void CheckDirectives()
    {
        foreach (var definition in document.Definitions.OfType<TypeSystemNode>())
        {
            switch (definition)
            {
                case SchemaDefinitionNode schema:
                    CheckApplied(schema.Directives, DirectiveLocations.Schema, "schema definition");
                    break;
                case DirectiveDefinitionNode directive:
                    CheckInputs(directive.Arguments, DirectiveLocations.ArgumentDefinition);
                    break;
                case TypeDefinitionNode type:
                    CheckApplied(type.Directives, Location(type), type.Name.Value);
                    CheckMemberDirectives(type);
                    break;
            }
        }
    }

    private static string Location(TypeDefinitionNode type) => type switch
    {
        ScalarTypeNode => DirectiveLocations.Scalar,
        ObjectTypeNode => DirectiveLocations.Object,
        InterfaceTypeNode => DirectiveLocations.Interface,
        UnionTypeNode => DirectiveLocations.Union,
        EnumTypeNode => DirectiveLocations.Enum,
        _ => DirectiveLocations.InputObject,
    };

    private void CheckMemberDirectives(TypeDefinitionNode type)
    {
        switch (type)
        {
            case FieldsTypeNode fields:
                foreach (var field in fields.Fields)
                {
                    CheckApplied(field.Directives, DirectiveLocations.FieldDefinition);
                    CheckInputs(field.Arguments, DirectiveLocations.ArgumentDefinition);
                }
                break;
            case InputObjectTypeNode input:
                CheckInputs(input.Fields, DirectiveLocations.InputFieldDefinition);
                break;
            case EnumTypeNode values:
                foreach (var value in values.Values) CheckApplied(value.Directives, DirectiveLocations.EnumValue);
                break;
        }
    }

    private void CheckInputs(IReadOnlyList<InputValueDefinitionNode> inputs, string location)
    {
        foreach (var input in inputs)
        {
            CheckApplied(input.Directives, location);
            if (input.DefaultValue is not null) CheckObjectFields(input.DefaultValue);
        }
    }

    /// <summary>A type and its extensions share one set of directives, named by <paramref name="owner"/>.</summary>
    private void CheckApplied(IReadOnlyList<DirectiveNode> applied, string location, string? owner = null)
    {
        if (applied.Count == 0) return;
        HashSet<string> seen = [];
        if (owner is not null && !seenDirectives.TryAdd(owner, seen)) seen = seenDirectives[owner];
        foreach (var node in applied)
        {
            var name = node.Name.Value;
            foreach (var group in node.Arguments.GroupBy(a => a.Name.Value).Where(g => g.Count() > 1))
                Report(group.First().Name, $"There can be only one argument named \"{group.Key}\".");
            foreach (var argument in node.Arguments) CheckObjectFields(argument.Value);
            if (!directives.TryGetValue(name, out var directive))
            {
                Report(node, $"Unknown directive \"@{name}\".");
                continue;
            }
            if (directive.Locations.All(l => l.Value != location)) Report(node, $"Directive \"@{name}\" may not be used on {location}.");
            if (!directive.IsRepeatable && !seen.Add(name)) Report(node, $"The directive \"@{name}\" can only be used once at this location.");
            foreach (var argument in node.Arguments.Where(a => directive.Arguments.All(d => d.Name.Value != a.Name.Value)))
                Report(argument, $"Unknown argument \"{argument.Name.Value}\" on directive \"@{name}\".");
            foreach (var required in directive.Arguments.Where(a => a is { Type: NonNullTypeNode, DefaultValue: null }))
            {
                if (node.Arguments.All(a => a.Name.Value != required.Name.Value))
                    Report(node, $"Argument \"@{name}({required.Name.Value}:)\" of type \"{required.Type}\" is required, but it was not provided.");
            }
        }
    }

    private void CheckObjectFields(ValueNode value)
    {
        if (value is ListValueNode list)
        {
            foreach (var item in list.Values) CheckObjectFields(item);
        }
        else if (value is ObjectValueNode node)
        {
            CheckUnique(node.Fields, f => f.Name.Value, f => f.Name, name => $"There can be only one input field named \"{name}\".");
            foreach (var field in node.Fields) CheckObjectFields(field.Value);
        }
    }
}
