using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>No argument is given twice.</summary>
/// <remarks>Spec §5.4.2 "Argument Uniqueness".</remarks>
internal sealed class UniqueArgumentNamesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterArguments(Node owner, IReadOnlyList<ArgumentNode> nodes)
    {
        if (nodes.Count < 2) return;
        foreach (var group in nodes.GroupBy(a => a.Name.Value).Where(g => g.Count() > 1))
            Context.Report($"There can be only one argument named \"{group.Key}\".", group.Select(a => a.Name));
    }
}
