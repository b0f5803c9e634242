using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Variables have input types.</summary>
/// <remarks>Spec §5.8.2 "Variables Are Input Types".</remarks>
internal sealed class VariablesAreInputTypesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterVariableDefinition(VariableDefinitionNode node)
    {
        if (Context.Schema.FindType(node.Type) is { IsInput: false } type)
            Context.Report($"Variable \"${node.Variable.Name.Value}\" cannot be non-input type \"{type}\".", node.Type);
    }
}
