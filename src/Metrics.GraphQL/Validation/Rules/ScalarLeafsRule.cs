using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Leaf fields have no selection set; all others have one.</summary>
/// <remarks>Spec §5.3.3 "Leaf Field Selections".</remarks>
internal sealed class ScalarLeafsRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterField(FieldNode node)
    {
        if (Context.Type is not { } type) return;
        var name = node.Name.Value;
        if (type.IsLeaf && node.SelectionSet is not null)
            Context.Report($"Field \"{name}\" must not have a selection since type \"{type}\" has no subfields.", node.SelectionSet);
        else if (!type.IsLeaf && node.SelectionSet is null)
            Context.Report($"Field \"{name}\" of type \"{type}\" must have a selection of subfields. Did you mean \"{name} {{ ... }}\"?", node);
    }
}
