using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>The schema has a root type for every operation.</summary>
/// <remarks>Spec §5.2.1 "Operation Type Existence".</remarks>
internal sealed class KnownOperationTypesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterOperation(OperationDefinitionNode node)
    {
        if (Context.Schema.RootType(node.Operation) is null)
            Context.Report($"The {Printer.Keyword(node.Operation)} operation is not supported by the schema.", node);
    }
}
