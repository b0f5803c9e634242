namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Variables that are declared are used, perhaps by fragments.</summary>
/// <remarks>Spec §5.8.4 "All Variables Used".</remarks>
internal sealed class NoUnusedVariablesRule(ValidationContext context) : ValidationRule(context)
{
    public override void LeaveDocument()
    {
        foreach (var operation in Context.Document.Operations.Where(o => o.Variables.Count > 0))
        {
            var used = Context.UsagesOf(operation).Select(u => u.Node.Name.Value).ToHashSet();
            var within = operation.Name is null ? "" : $" in operation \"{operation.Name.Value}\"";
            foreach (var variable in operation.Variables.Where(v => !used.Contains(v.Variable.Name.Value)))
                Context.Report($"Variable \"${variable.Variable.Name.Value}\" is never used{within}.", variable);
        }
    }
}
