using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Variables have types that fit where they are used; a field of a OneOf input object takes no nullable one.</summary>
/// <remarks>Spec §5.8.5 "All Variable Usages Are Allowed".</remarks>
internal sealed class VariablesInAllowedPositionRule(ValidationContext context) : ValidationRule(context)
{
    public override void LeaveDocument()
    {
        foreach (var operation in Context.Document.Operations.Where(o => o.Variables.Count > 0))
        {
            var definitions = new Dictionary<string, VariableDefinitionNode>();
            foreach (var variable in operation.Variables) definitions[variable.Variable.Name.Value] = variable;
            foreach (var usage in Context.UsagesOf(operation))
            {
                if (usage.Type is not null
                    && definitions.TryGetValue(usage.Node.Name.Value, out var definition)
                    && Context.Schema.FindType(definition.Type) is { } type)
                {
                    Check(usage, definition, type);
                }
            }
        }
    }

    private void Check(VariableUsage usage, VariableDefinitionNode definition, GraphQLType type)
    {
        var name = usage.Node.Name.Value;
        if (!IsAllowed(usage, definition, type))
            Context.Report($"Variable \"${name}\" of type \"{type}\" used in position expecting type \"{usage.Type}\".", definition, usage.Node);
        if (usage.OneOf is not null && !type.IsNonNull)
        {
            Context.Report(
                $"Variable \"${name}\" is of type \"{type}\" but must be non-nullable to be used for OneOf Input Object \"{usage.OneOf}\".",
                definition, usage.Node);
        }
    }

    private static bool IsAllowed(VariableUsage usage, VariableDefinitionNode definition, GraphQLType type)
    {
        if (!usage.Type!.IsNonNull || type.IsNonNull) return Schema.IsSubType(type, usage.Type);
        return (definition.DefaultValue is not (null or NullValueNode) || usage.HasDefault) && Schema.IsSubType(type, usage.Type.Nullable);
    }
}
