using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Fragments stand on types that have selection sets.</summary>
/// <remarks>Spec §5.5.1.3 "Fragments on Object, Interface or Union Types".</remarks>
internal sealed class FragmentsOnCompositeTypesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterInlineFragment(InlineFragmentNode node)
    {
        if (node.TypeCondition is not null) Check(node.TypeCondition, "Fragment");
    }

    public override void EnterFragment(FragmentDefinitionNode node) => Check(node.TypeCondition, $"Fragment \"{node.Name.Value}\"");

    private void Check(NamedTypeNode condition, string subject)
    {
        if (Context.Schema.FindType(condition.Name.Value) is { } type and not CompositeType)
            Context.Report($"{subject} cannot condition on non composite type \"{type}\".", condition);
    }
}
