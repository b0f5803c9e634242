using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>An operation without a name is the only one.</summary>
/// <remarks>Spec §5.2.3.1 "Lone Anonymous Operation".</remarks>
internal sealed class LoneAnonymousOperationRule(ValidationContext context) : ValidationRule(context)
{
    private readonly int operations = context.Document.Operations.Count();

    public override void EnterOperation(OperationDefinitionNode node)
    {
        if (node.Name is null && operations > 1) Context.Report("This anonymous operation must be the only defined operation.", node);
    }
}
