namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Variables that are used, also by fragments, are declared by the operation.</summary>
/// <remarks>Spec §5.8.3 "All Variable Uses Defined".</remarks>
internal sealed class NoUndefinedVariablesRule(ValidationContext context) : ValidationRule(context)
{
    public override void LeaveDocument()
    {
        foreach (var operation in Context.Document.Operations)
        {
            var defined = operation.Variables.Select(v => v.Variable.Name.Value).ToHashSet();
            var by = operation.Name is null ? "" : $" by operation \"{operation.Name.Value}\"";
            foreach (var usage in Context.UsagesOf(operation).Where(u => !defined.Contains(u.Node.Name.Value)))
                Context.Report($"Variable \"${usage.Node.Name.Value}\" is not defined{by}.", usage.Node, operation);
        }
    }
}
