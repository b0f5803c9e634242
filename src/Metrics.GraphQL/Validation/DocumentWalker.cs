using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation;

/// <summary>
/// Passes every node of a document once, in order, keeping track of types. Fragments are walked where they are defined, never
/// where they are spread, so the work is linear in the document; the parser's depth limit bounds the recursion.
/// </summary>
internal sealed class DocumentWalker(ValidationContext context, ValidationRule[] rules)
{
    private DefinitionNode definition = null!;

    public void Walk()
    {
        foreach (var node in context.Document.Definitions)
        {
            definition = node;
            foreach (var rule in rules) rule.EnterDefinition(node);
            if (node is OperationDefinitionNode operation) Walk(operation);
            else if (node is FragmentDefinitionNode fragment) Walk(fragment);
        }
        foreach (var rule in rules) rule.LeaveDocument();
    }

    private void Walk(OperationDefinitionNode node)
    {
        context.Type = context.Schema.RootType(node.Operation);
        foreach (var rule in rules) rule.EnterOperation(node);
        foreach (var variable in node.Variables)
        {
            var type = context.Schema.FindType(variable.Type);
            context.InputType = type is { IsInput: true } ? type : null;
            foreach (var rule in rules) rule.EnterVariableDefinition(variable);
            EnterTypeReference(variable.Type.NamedType);
            if (variable.DefaultValue is not null) WalkValue(variable.DefaultValue, new Expected(context.InputType));
            context.InputType = null;
            WalkDirectives(variable.Directives, DirectiveLocations.VariableDefinition);
        }
        WalkDirectives(node.Directives, node.Operation switch
        {
            OperationType.Query => DirectiveLocations.Query,
            OperationType.Mutation => DirectiveLocations.Mutation,
            OperationType.Subscription => DirectiveLocations.Subscription,
        });
        WalkSelections(node.SelectionSet, isInlineFragment: false);
    }

    private void Walk(FragmentDefinitionNode node)
    {
        context.Type = context.Schema.FindType(node.TypeCondition.Name.Value);
        foreach (var rule in rules) rule.EnterFragment(node);
        EnterTypeReference(node.TypeCondition);
        WalkDirectives(node.Directives, DirectiveLocations.FragmentDefinition);
        WalkSelections(node.SelectionSet, isInlineFragment: false);
    }

    private void EnterTypeReference(NamedTypeNode node)
    {
        foreach (var rule in rules) rule.EnterTypeReference(node);
    }

    private void WalkSelections(SelectionSetNode set, bool isInlineFragment)
    {
        var outerParent = context.ParentType;
        context.ParentType = context.Type?.Named as CompositeType;
        foreach (var rule in rules) rule.EnterSelectionSet(set, isInlineFragment);
        foreach (var selection in set.Selections)
        {
            switch (selection)
            {
                case FieldNode field: WalkField(field); break;
                case InlineFragmentNode fragment: WalkInlineFragment(fragment); break;
                case FragmentSpreadNode spread:
                    context.AddSpread(definition, spread);
                    foreach (var rule in rules) rule.EnterSpread(spread);
                    WalkDirectives(spread.Directives, DirectiveLocations.FragmentSpread);
                    break;
            }
        }
        context.ParentType = outerParent;
    }

    private void WalkField(FieldNode node)
    {
        var (outerType, outerField) = (context.Type, context.Field);
        context.Field = context.ParentType?.FindField(node.Name.Value);
        context.Type = context.Field?.Type;
        foreach (var rule in rules) rule.EnterField(node);
        WalkArguments(node, node.Arguments, context.Field?.Arguments);
        WalkDirectives(node.Directives, DirectiveLocations.Field);
        if (node.SelectionSet is not null) WalkSelections(node.SelectionSet, isInlineFragment: false);
        (context.Type, context.Field) = (outerType, outerField);
    }

    private void WalkInlineFragment(InlineFragmentNode node)
    {
        var outerType = context.Type;
        context.Type = node.TypeCondition is null
            ? context.ParentType
            : context.Schema.FindType(node.TypeCondition.Name.Value) is { IsOutput: true } type ? type : null;
        foreach (var rule in rules) rule.EnterInlineFragment(node);
        if (node.TypeCondition is not null) EnterTypeReference(node.TypeCondition);
        WalkDirectives(node.Directives, DirectiveLocations.InlineFragment);
        WalkSelections(node.SelectionSet, isInlineFragment: true);
        context.Type = outerType;
    }

    private void WalkDirectives(IReadOnlyList<DirectiveNode> directives, string location)
    {
        foreach (var rule in rules) rule.EnterDirectives(directives, location);
        foreach (var directive in directives)
        {
            context.Directive = context.Schema.FindDirective(directive.Name.Value);
            foreach (var rule in rules) rule.EnterDirective(directive);
            // The arguments of a directive that nobody knows are taken for those of the field around it, as graphql-js does.
            WalkArguments(directive, directive.Arguments, context.Directive?.Arguments ?? context.Field?.Arguments);
            context.Directive = null;
        }
    }

    private void WalkArguments(Node owner, IReadOnlyList<ArgumentNode> arguments, IReadOnlyList<InputValue>? definitions)
    {
        foreach (var rule in rules) rule.EnterArguments(owner, arguments);
        foreach (var argument in arguments)
        {
            var input = definitions?.FirstOrDefault(d => d.Name == argument.Name.Value);
            context.InputType = input?.Type;
            foreach (var rule in rules) rule.EnterArgument(argument);
            WalkValue(argument.Value, new Expected(input?.Type, input?.DefaultValue is not null));
            context.InputType = null;
        }
    }

    private void WalkValue(ValueNode value, Expected expected)
    {
        switch (value)
        {
            case VariableNode variable:
                context.AddUsage(definition, new VariableUsage(variable, expected.Type, expected.HasDefault, expected.OneOf));
                break;
            case ListValueNode list:
                var item = new Expected((expected.Type?.Nullable as ListType)?.ItemType);
                foreach (var node in list.Values) WalkValue(node, item);
                break;
            case ObjectValueNode obj:
                foreach (var rule in rules) rule.EnterObject(obj);
                var type = expected.Type?.Named as InputObjectType;
                foreach (var field in obj.Fields)
                {
                    var input = type?.Find(field.Name.Value);
                    WalkValue(field.Value, new Expected(input?.Type, input?.DefaultValue is not null, type is { IsOneOf: true } ? type : null));
                }
                break;
        }
    }

    private readonly record struct Expected(GraphQLType? Type, bool HasDefault = false, InputObjectType? OneOf = null);
}
