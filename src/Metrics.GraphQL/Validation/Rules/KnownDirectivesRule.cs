using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Directives exist and stand where they may.</summary>
/// <remarks>Spec §5.7.1 "Directives Are Defined" and 5.7.2 "Directives Are in Valid Locations".</remarks>
internal sealed class KnownDirectivesRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterDirectives(IReadOnlyList<DirectiveNode> nodes, string location)
    {
        foreach (var node in nodes)
        {
            var directive = Context.Schema.FindDirective(node.Name.Value);
            if (directive is null) Context.Report($"Unknown directive \"@{node.Name.Value}\".", node);
            else if (!directive.Locations.Contains(location)) Context.Report($"Directive \"{directive}\" may not be used on {location}.", node);
        }
    }
}
