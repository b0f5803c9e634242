using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Fragments stand where some object can match them.</summary>
/// <remarks>Spec §5.5.2.3 "Fragment Spread Is Possible".</remarks>
internal sealed class PossibleFragmentSpreadsRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterInlineFragment(InlineFragmentNode node)
    {
        if (Context.Type is CompositeType type && Context.ParentType is { } parent && !Schema.Overlap(type, parent))
            Context.Report($"Fragment cannot be spread here as objects of type \"{parent}\" can never be of type \"{type}\".", node);
    }

    public override void EnterSpread(FragmentSpreadNode node)
    {
        if (Context.FindFragment(node.Name.Value) is { } fragment
            && Context.Schema.FindType(fragment.TypeCondition.Name.Value) is CompositeType type
            && Context.ParentType is { } parent
            && !Schema.Overlap(type, parent))
        {
            Context.Report(
                $"Fragment \"{node.Name.Value}\" cannot be spread here as objects of type \"{parent}\" can never be of type \"{type}\".", node);
        }
    }
}
