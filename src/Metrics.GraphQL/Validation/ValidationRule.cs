using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation;

/// <summary>One rule of spec §5, told of every node as the walker passes it. An instance serves one validation.</summary>
internal abstract class ValidationRule(ValidationContext context)
{
    protected ValidationContext Context { get; } = context;

    public virtual void EnterDefinition(DefinitionNode node) { }

    public virtual void EnterOperation(OperationDefinitionNode node) { }

    public virtual void EnterFragment(FragmentDefinitionNode node) { }

    public virtual void EnterVariableDefinition(VariableDefinitionNode node) { }

    public virtual void EnterSelectionSet(SelectionSetNode node, bool isInlineFragment) { }

    public virtual void EnterField(FieldNode node) { }

    public virtual void EnterInlineFragment(InlineFragmentNode node) { }

    public virtual void EnterSpread(FragmentSpreadNode node) { }

    public virtual void EnterDirectives(IReadOnlyList<DirectiveNode> nodes, string location) { }

    public virtual void EnterDirective(DirectiveNode node) { }

    /// <summary>Called for all arguments of a field or directive, before each of them.</summary>
    public virtual void EnterArguments(Node owner, IReadOnlyList<ArgumentNode> nodes) { }

    public virtual void EnterArgument(ArgumentNode node) { }

    public virtual void EnterObject(ObjectValueNode node) { }

    public virtual void EnterTypeReference(NamedTypeNode node) { }

    public virtual void LeaveDocument() { }
}
