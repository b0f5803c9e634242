using System.Text;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>A field as selected on a type.</summary>
internal sealed class SelectedField(FieldNode node, CompositeType? parent)
{
    public FieldNode Node { get; } = node;

    public CompositeType? Parent { get; } = parent;

    public GraphQLType? Type { get; } = (parent as FieldsType)?.FieldsByName.GetValueOrDefault(node.Name.Value)?.Type;

    /// <summary>The arguments in a form that is equal for equal arguments, whatever their order.</summary>
    public string Arguments => field ??= Describe(Node.Arguments);

    private static string Describe(IReadOnlyList<ArgumentNode> arguments)
    {
        if (arguments.Count == 0) return "";
        var text = new StringBuilder();
        foreach (var argument in arguments.OrderBy(a => a.Name.Value, StringComparer.Ordinal))
        {
            text.Append(argument.Name.Value).Append(':');
            Describe(argument.Value, text);
            text.Append(',');
        }
        return text.ToString();
    }

    private static void Describe(ValueNode value, StringBuilder text)
    {
        switch (value)
        {
            case ListValueNode list:
                text.Append('[');
                foreach (var item in list.Values)
                {
                    Describe(item, text);
                    text.Append(',');
                }
                text.Append(']');
                break;
            case ObjectValueNode obj:
                text.Append('{');
                foreach (var field in obj.Fields.OrderBy(f => f.Name.Value, StringComparer.Ordinal))
                {
                    text.Append(field.Name.Value).Append(':');
                    Describe(field.Value, text);
                    text.Append(',');
                }
                text.Append('}');
                break;
            case StringValueNode { IsBlock: true } block:
                text.Append("\"\"").Append(Printer.Print(new StringValueNode { Value = block.Value }));
                break;
            default:
                text.Append(Printer.Print(value));
                break;
        }
    }
}
