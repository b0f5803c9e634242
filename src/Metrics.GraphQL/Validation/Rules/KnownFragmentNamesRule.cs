using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Fragments that are spread are defined.</summary>
/// <remarks>Spec §5.5.2.1 "Fragment Spread Target Defined".</remarks>
internal sealed class KnownFragmentNamesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterSpread(FragmentSpreadNode node)
    {
        if (Context.FindFragment(node.Name.Value) is null) Context.Report($"Unknown fragment \"{node.Name.Value}\".", node.Name);
    }
}
