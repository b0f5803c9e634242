using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>No two operations share a name.</summary>
/// <remarks>Spec §5.2.2.1 "Operation Name Uniqueness".</remarks>
internal sealed class UniqueOperationNamesRule(ValidationContext context) : ValidationRule(context)
{
    private readonly Dictionary<string, NameNode> known = [];

    public override void EnterOperation(OperationDefinitionNode node)
    {
        if (node.Name is null || known.TryAdd(node.Name.Value, node.Name)) return;
        Context.Report($"There can be only one operation named \"{node.Name.Value}\".", known[node.Name.Value], node.Name);
    }
}
