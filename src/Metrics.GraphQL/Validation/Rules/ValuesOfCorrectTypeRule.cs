using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Literals are values of the types expected.</summary>
/// <remarks>Spec §5.6.1 "Values of Correct Type".</remarks>
internal sealed class ValuesOfCorrectTypeRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterArgument(ArgumentNode node)
    {
        if (Context.InputType is { } type) Check(node.Value, type);
    }

    public override void EnterVariableDefinition(VariableDefinitionNode node)
    {
        if (node.DefaultValue is not null && Context.InputType is { } type) Check(node.DefaultValue, type);
    }

    private void Check(ValueNode value, GraphQLType type) =>
        LiteralCoercion.Validate(value, type, (at, message) => Context.Report(message, at), Context.Options.Suggestions);
}
