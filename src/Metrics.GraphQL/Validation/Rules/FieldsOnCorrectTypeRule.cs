using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Selected fields exist on their type.</summary>
/// <remarks>Spec §5.3.1 "Field Selections".</remarks>
internal sealed class FieldsOnCorrectTypeRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterField(FieldNode node)
    {
        if (Context.ParentType is not { } type || Context.Field is not null) return;
        var names = (type as FieldsType)?.Fields.Select(f => f.Name) ?? [];
        Context.Report($"Cannot query field \"{node.Name.Value}\" on type \"{type}\".{Context.DidYouMean(node.Name.Value, names)}", node);
    }
}
