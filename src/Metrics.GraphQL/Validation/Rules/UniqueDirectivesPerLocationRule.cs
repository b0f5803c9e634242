using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Directives that are not repeatable stand once.</summary>
/// <remarks>Spec §5.7.3 "Directives Are Unique per Location".</remarks>
internal sealed class UniqueDirectivesPerLocationRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterDirectives(IReadOnlyList<DirectiveNode> nodes, string location)
    {
        if (nodes.Count < 2) return;
        var seen = new Dictionary<string, DirectiveNode>();
        foreach (var node in nodes)
        {
            if (Context.Schema.FindDirective(node.Name.Value) is not { IsRepeatable: false } directive || seen.TryAdd(directive.Name, node)) continue;
            Context.Report($"The directive \"{directive}\" can only be used once at this location.", seen[directive.Name], node);
        }
    }
}
