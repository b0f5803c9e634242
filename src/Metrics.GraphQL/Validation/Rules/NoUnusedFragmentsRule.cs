namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Fragments that are defined are used by an operation.</summary>
/// <remarks>Spec §5.5.1.4 "Fragments Must Be Used".</remarks>
internal sealed class NoUnusedFragmentsRule(ValidationContext context) : ValidationRule(context)
{
    public override void LeaveDocument()
    {
        var used = Context.Document.Operations.SelectMany(Context.FragmentsOf).Select(f => f.Name.Value).ToHashSet();
        foreach (var fragment in Context.Document.Fragments.Where(f => !used.Contains(f.Name.Value)))
            Context.Report($"Fragment \"{fragment.Name.Value}\" is never used.", fragment);
    }
}
