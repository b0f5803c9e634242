namespace Metrics.GraphQL.Language;

public sealed partial class Printer
{
    private void WriteTypeSystem(TypeSystemNode node)
    {
        WriteDescription(node.Description);
        if (node.IsExtension) text.Append("extend ");
        switch (node)
        {
            case SchemaDefinitionNode schema:
                text.Append("schema");
                WriteDirectives(schema.Directives);
                WriteBlock(schema.OperationTypes);
                break;
            case DirectiveDefinitionNode directive:
                text.Append("directive @").Append(directive.Name.Value);
                WriteArgumentDefinitions(directive.Arguments);
                if (directive.IsRepeatable) text.Append(" repeatable");
                text.Append(" on ");
                Join(directive.Locations, " | ");
                break;
            case ScalarTypeNode scalar: WriteHead("scalar", scalar); break;
            case ObjectTypeNode type:
                WriteHead("type", type);
                WriteBlock(type.Fields);
                break;
            case InterfaceTypeNode type:
                WriteHead("interface", type);
                WriteBlock(type.Fields);
                break;
            case UnionTypeNode union:
                WriteHead("union", union);
                WriteList(" = ", union.Types, " | ", "");
                break;
            case EnumTypeNode type:
                WriteHead("enum", type);
                WriteBlock(type.Values);
                break;
            case InputObjectTypeNode input:
                WriteHead("input", input);
                WriteBlock(input.Fields);
                break;
            default: throw new InvalidOperationException($"{node.GetType()} is not a definition that can be printed.");
        }
    }

    private void WriteHead(string keyword, TypeDefinitionNode type)
    {
        text.Append(keyword).Append(' ').Append(type.Name.Value);
        if (type is FieldsTypeNode fields) WriteList(" implements ", fields.Interfaces, " & ", "");
        WriteDirectives(type.Directives);
    }

    private void WriteBlock(IReadOnlyList<Node> nodes)
    {
        if (nodes.Count == 0) return;
        text.Append(' ');
        Block(nodes);
    }

    private void WriteFieldDefinition(FieldDefinitionNode field)
    {
        WriteDescription(field.Description);
        text.Append(field.Name.Value);
        WriteArgumentDefinitions(field.Arguments);
        text.Append(": ");
        Write(field.Type);
        WriteDirectives(field.Directives);
    }

    private void WriteArgumentDefinitions(IReadOnlyList<InputValueDefinitionNode> arguments)
    {
        if (arguments.All(a => a.Description is null))
        {
            WriteList("(", arguments, ", ", ")");
            return;
        }
        text.Append('(');
        indent++;
        foreach (var argument in arguments)
        {
            NewLine();
            Write(argument);
        }
        indent--;
        NewLine();
        text.Append(')');
    }

    private void WriteInputValue(InputValueDefinitionNode input)
    {
        WriteDescription(input.Description);
        text.Append(input.Name.Value).Append(": ");
        Write(input.Type);
        WriteDefault(input.DefaultValue);
        WriteDirectives(input.Directives);
    }
}
