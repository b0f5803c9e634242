using System.Globalization;
using System.Text;

namespace Metrics.GraphQL.Language;

/// <summary>Writes nodes as GraphQL, in the layout of graphql-js.</summary>
public sealed partial class Printer
{
    // Documents from the parser are never deeper; this bounds nodes made by hand.
    private const int MaxDepth = 600;

    private readonly StringBuilder text = new();
    private int indent;
    private int depth;

    private Printer() { }

    /// <summary>Prints a node and all it holds.</summary>
    /// <exception cref="GraphQLException">The node nests deeper than 600 levels.</exception>
    public static string Print(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var printer = new Printer();
        printer.Write(node);
        return printer.text.ToString();
    }

    private void Write(Node node)
    {
        if (++depth > MaxDepth)
        {
            throw new GraphQLException(
                string.Create(CultureInfo.InvariantCulture, $"The node nests deeper than {MaxDepth} levels and cannot be printed."), ErrorCodes.Limit);
        }
        switch (node)
        {
            case DocumentNode document: Join(document.Definitions, "\n\n"); break;
            case NameNode name: text.Append(name.Value); break;
            case TypeSystemNode definition: WriteTypeSystem(definition); break;
            case OperationDefinitionNode operation: WriteOperation(operation); break;
            case VariableDefinitionNode variable: WriteVariableDefinition(variable); break;
            case FragmentDefinitionNode fragment: WriteFragment(fragment); break;
            case SelectionSetNode set: Block(set.Selections); break;
            case FieldNode field: WriteField(field); break;
            case FragmentSpreadNode spread:
                text.Append("...").Append(spread.Name.Value);
                WriteDirectives(spread.Directives);
                break;
            case InlineFragmentNode inline:
                text.Append("...");
                if (inline.TypeCondition is not null) text.Append(" on ").Append(inline.TypeCondition.Name.Value);
                WriteDirectives(inline.Directives);
                text.Append(' ');
                Write(inline.SelectionSet);
                break;
            case DirectiveNode directive:
                text.Append('@').Append(directive.Name.Value);
                WriteList("(", directive.Arguments, ", ", ")");
                break;
            case ArgumentNode argument: WritePair(argument.Name, argument.Value); break;
            case ObjectFieldNode field: WritePair(field.Name, field.Value); break;
            case ValueNode value: WriteValue(value); break;
            case NamedTypeNode named: text.Append(named.Name.Value); break;
            case ListTypeNode list:
                text.Append('[');
                Write(list.ItemType);
                text.Append(']');
                break;
            case NonNullTypeNode nonNull:
                Write(nonNull.NullableType);
                text.Append('!');
                break;
            case FieldDefinitionNode field: WriteFieldDefinition(field); break;
            case InputValueDefinitionNode input: WriteInputValue(input); break;
            case EnumValueDefinitionNode value:
                WriteDescription(value.Description);
                text.Append(value.Name.Value);
                WriteDirectives(value.Directives);
                break;
            case OperationTypeNode operation:
                text.Append(Keyword(operation.Operation)).Append(": ").Append(operation.Type.Name.Value);
                break;
            default: throw new InvalidOperationException($"{node.GetType()} is not a node that can be printed.");
        }
        depth--;
    }

    private void WriteOperation(OperationDefinitionNode operation)
    {
        WriteDescription(operation.Description);
        var isShorthand = operation is { Operation: OperationType.Query, Name: null, Variables: [], Directives: [], Description: null };
        if (!isShorthand)
        {
            text.Append(Keyword(operation.Operation));
            if (operation.Name is not null) text.Append(' ').Append(operation.Name.Value);
            else if (operation.Variables.Count > 0) text.Append(' ');
            if (operation.Variables.Any(v => v.Description is not null))
            {
                text.Append("(\n");
                indent++;
                NewLine(trim: true);
                Join(operation.Variables, "\n");
                indent--;
                NewLine();
                text.Append(')');
            }
            else
            {
                WriteList("(", operation.Variables, ", ", ")");
            }
            WriteDirectives(operation.Directives);
            text.Append(' ');
        }
        Write(operation.SelectionSet);
    }

    internal static string Keyword(OperationType operation) => operation switch
    {
        OperationType.Query => "query",
        OperationType.Mutation => "mutation",
        OperationType.Subscription => "subscription",
    };

    private void WriteVariableDefinition(VariableDefinitionNode variable)
    {
        WriteDescription(variable.Description);
        text.Append('$').Append(variable.Variable.Name.Value).Append(": ");
        Write(variable.Type);
        WriteDefault(variable.DefaultValue);
        WriteDirectives(variable.Directives);
    }

    private void WriteDefault(ValueNode? value)
    {
        if (value is null) return;
        text.Append(" = ");
        Write(value);
    }

    private void WriteFragment(FragmentDefinitionNode fragment)
    {
        WriteDescription(fragment.Description);
        text.Append("fragment ").Append(fragment.Name.Value).Append(" on ").Append(fragment.TypeCondition.Name.Value);
        WriteDirectives(fragment.Directives);
        text.Append(' ');
        Write(fragment.SelectionSet);
    }

    private void WriteField(FieldNode field)
    {
        if (field.Alias is not null) text.Append(field.Alias.Value).Append(": ");
        text.Append(field.Name.Value);
        WriteArguments(field.Arguments);
        WriteDirectives(field.Directives);
        if (field.SelectionSet is null) return;
        text.Append(' ');
        Write(field.SelectionSet);
    }

    private void WriteArguments(IReadOnlyList<ArgumentNode> arguments)
    {
        if (arguments.Count == 0) return;
        var start = text.Length;
        WriteList("(", arguments, ", ", ")");
        if (text.Length - start <= 76) return;
        text.Length = start;
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

    private void WritePair(NameNode name, ValueNode value)
    {
        text.Append(name.Value).Append(": ");
        Write(value);
    }

    private void WriteValue(ValueNode value)
    {
        switch (value)
        {
            case VariableNode variable: text.Append('$').Append(variable.Name.Value); break;
            case IntValueNode number: text.Append(number.Value); break;
            case FloatValueNode number: text.Append(number.Value); break;
            case BooleanValueNode boolean: text.Append(boolean.Value ? "true" : "false"); break;
            case NullValueNode: text.Append("null"); break;
            case EnumValueNode name: text.Append(name.Value); break;
            case StringValueNode { IsBlock: true } block when BlockString.CanHold(block.Value): WriteBlock(block.Value); break;
            case StringValueNode s: WriteQuoted(s.Value); break;
            case ListValueNode list:
                text.Append('[');
                Join(list.Values, ", ");
                text.Append(']');
                break;
            case ObjectValueNode { Fields.Count: 0 }: text.Append("{}"); break;
            case ObjectValueNode obj:
                text.Append("{ ");
                Join(obj.Fields, ", ");
                text.Append(" }");
                break;
            default: throw new InvalidOperationException($"{value.GetType()} is not a value that can be printed.");
        }
    }

    private void WriteBlock(string value)
    {
        var lines = BlockString.Print(value).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0 && lines[i].Length > 0) NewLine();
            else if (i > 0) text.Append('\n');
            text.Append(lines[i]);
        }
    }

    private void WriteQuoted(string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case < ' ' or (>= '\u007f' and <= '\u009f'):
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
                    break;
                default: text.Append(c); break;
            }
        }
        text.Append('"');
    }

    private void WriteDirectives(IReadOnlyList<DirectiveNode> directives)
    {
        foreach (var directive in directives)
        {
            text.Append(' ');
            Write(directive);
        }
    }

    private void WriteDescription(StringValueNode? description)
    {
        if (description is null) return;
        Write(description);
        NewLine();
    }

    private void WriteList(string open, IReadOnlyList<Node> nodes, string separator, string close)
    {
        if (nodes.Count == 0) return;
        text.Append(open);
        Join(nodes, separator);
        text.Append(close);
    }

    private void Block(IReadOnlyList<Node> nodes)
    {
        text.Append('{');
        indent++;
        foreach (var node in nodes)
        {
            NewLine();
            Write(node);
        }
        indent--;
        NewLine();
        text.Append('}');
    }

    private void Join(IReadOnlyList<Node> nodes, string separator)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            if (i > 0 && separator == "\n") NewLine();
            else if (i > 0) text.Append(separator);
            Write(nodes[i]);
        }
    }

    private void NewLine(bool trim = false)
    {
        if (!trim) text.Append('\n');
        text.Append(' ', indent * 2);
    }
}
