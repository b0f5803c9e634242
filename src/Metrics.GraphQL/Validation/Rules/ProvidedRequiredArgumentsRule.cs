using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Arguments that must be given are given.</summary>
/// <remarks>Spec §5.4.3 "Required Arguments".</remarks>
internal sealed class ProvidedRequiredArgumentsRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterField(FieldNode node)
    {
        if (Context.Field is not { Arguments.Count: > 0 } field) return;
        Check(node, node.Arguments, field.Arguments);
    }

    public override void EnterDirective(DirectiveNode node)
    {
        if (Context.Directive is { } directive) Check(node, node.Arguments, directive.Arguments);
    }

    private void Check(Node node, IReadOnlyList<ArgumentNode> given, IReadOnlyList<InputValue> expected)
    {
        foreach (var argument in expected.Where(e => e.IsRequired && given.All(g => g.Name.Value != e.Name)))
            Context.Report($"Argument \"{argument}\" of type \"{argument.Type}\" is required, but it was not provided.", node);
    }
}
