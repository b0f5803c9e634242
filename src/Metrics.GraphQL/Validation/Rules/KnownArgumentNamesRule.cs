using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Arguments exist on their field or directive.</summary>
/// <remarks>Spec §5.4.1 "Argument Names".</remarks>
internal sealed class KnownArgumentNamesRule(ValidationContext context) : ValidationRule(context)
{
    // An unknown directive has no definition and must not be taken for the field it stands on.
    private bool isDirective;

    public override void EnterArguments(Node owner, IReadOnlyList<ArgumentNode> nodes) => isDirective = owner is DirectiveNode;

    public override void EnterArgument(ArgumentNode node)
    {
        var name = node.Name.Value;
        if (Context.Directive is { } directive)
        {
            if (directive.Arguments.All(a => a.Name != name))
            {
                var near = Context.DidYouMean(name, directive.Arguments.Select(a => a.Name));
                Context.Report($"Unknown argument \"{name}\" on directive \"{directive}\".{near}", node);
            }
        }
        else if (!isDirective && Context.Field is { } field && field.FindArgument(name) is null)
        {
            Context.Report($"Unknown argument \"{name}\" on field \"{field}\".{Context.DidYouMean(name, field.Arguments.Select(a => a.Name))}", node);
        }
    }
}
