using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>No two fragments share a name.</summary>
/// <remarks>Spec §5.5.1.1 "Fragment Name Uniqueness".</remarks>
internal sealed class UniqueFragmentNamesRule(ValidationContext context) : ValidationRule(context)
{
    private readonly Dictionary<string, NameNode> known = [];

    public override void EnterFragment(FragmentDefinitionNode node)
    {
        if (known.TryAdd(node.Name.Value, node.Name)) return;
        Context.Report($"There can be only one fragment named \"{node.Name.Value}\".", known[node.Name.Value], node.Name);
    }
}
