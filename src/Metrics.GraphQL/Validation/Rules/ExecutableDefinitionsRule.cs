using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>A document to execute holds operations and fragments only.</summary>
/// <remarks>Spec §5.1.1 "Executable Definitions".</remarks>
internal sealed class ExecutableDefinitionsRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterDefinition(DefinitionNode node)
    {
        if (node is not TypeSystemNode definition) return;
        var name = definition is TypeDefinitionNode type ? $"\"{type.Name.Value}\"" : definition is DirectiveDefinitionNode d ? $"\"@{d.Name.Value}\"" : "schema";
        Context.Report($"The {name} definition is not executable.", node);
    }
}
