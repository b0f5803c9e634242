using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>No two variables of an operation share a name.</summary>
/// <remarks>Spec §5.8.1 "Variable Uniqueness".</remarks>
internal sealed class UniqueVariableNamesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterOperation(OperationDefinitionNode node)
    {
        foreach (var group in node.Variables.GroupBy(v => v.Variable.Name.Value).Where(g => g.Count() > 1))
            Context.Report($"There can be only one variable named \"${group.Key}\".", group.Select(v => v.Variable.Name));
    }
}
