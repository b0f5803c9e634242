using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Every type that is named exists.</summary>
/// <remarks>Spec §5.5.1.2 "Fragment Spread Type Existence" and 5.8.2 "Variables Are Input Types".</remarks>
internal sealed class KnownTypeNamesRule(ValidationContext context) : ValidationRule(context)
{
    private readonly HashSet<string> defined =
        [.. context.Document.Definitions.OfType<TypeDefinitionNode>().Where(t => !t.IsExtension).Select(t => t.Name.Value)];

    public override void EnterDefinition(DefinitionNode node)
    {
        foreach (var reference in SdlValidator.References(node))
        {
            if (!BuiltInTypes.Names.Contains(reference.Name.Value)) EnterTypeReference(reference);
        }
    }

    public override void EnterTypeReference(NamedTypeNode node)
    {
        var name = node.Name.Value;
        if (Context.Schema.FindType(name) is not null || defined.Contains(name)) return;
        Context.Report($"Unknown type \"{name}\".{Context.DidYouMean(name, Context.Schema.Types.Select(t => t.Name))}", node);
    }
}
