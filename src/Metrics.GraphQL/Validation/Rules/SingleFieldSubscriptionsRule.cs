using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>A subscription selects exactly one field, unconditionally, and not one of introspection.</summary>
/// <remarks>Spec §5.2.4.1 "Single Root Field".</remarks>
internal sealed class SingleFieldSubscriptionsRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterOperation(OperationDefinitionNode node)
    {
        if (node.Operation != OperationType.Subscription || Context.Schema.SubscriptionType is not { } type) return;
        var subject = node.Name is null ? "Anonymous Subscription" : $"Subscription \"{node.Name.Value}\"";
        var fields = new List<FieldNode>();
        var conditions = new List<DirectiveNode>();
        Collect(node.SelectionSet, type, fields, conditions);
        if (conditions.Count > 0)
        {
            Context.Report($"{subject} must not use `@skip` or `@include` directives in the top level selection.", conditions);
            return;
        }
        var groups = fields.GroupBy(f => f.ResponseName).ToList();
        if (groups.Count == 0) Context.Report($"{subject} must select one top level field.", node.SelectionSet);
        if (groups.Count > 1) Context.Report($"{subject} must select only one top level field.", groups.Skip(1).SelectMany(g => g));
        foreach (var group in groups.Where(g => g.First().Name.Value.StartsWith("__", StringComparison.Ordinal)))
            Context.Report($"{subject} must not select an introspection top level field.", group);
    }

    private void Collect(SelectionSetNode root, ObjectType type, List<FieldNode> fields, List<DirectiveNode> conditions)
    {
        var visited = new HashSet<string>();
        var pending = new Stack<SelectionNode>(root.Selections.Reverse());
        while (pending.TryPop(out var selection))
        {
            conditions.AddRange(selection.Directives.Where(d => d.Name.Value is "skip" or "include"));
            SelectionSetNode? inner = null;
            if (selection is FieldNode field) fields.Add(field);
            else if (selection is InlineFragmentNode inline && Applies(inline.TypeCondition, type)) inner = inline.SelectionSet;
            else if (selection is FragmentSpreadNode spread
                && visited.Add(spread.Name.Value)
                && Context.FindFragment(spread.Name.Value) is { } fragment
                && Applies(fragment.TypeCondition, type)) inner = fragment.SelectionSet;
            foreach (var child in inner?.Selections.Reverse() ?? []) pending.Push(child);
        }
    }

    private bool Applies(NamedTypeNode? condition, ObjectType type) =>
        condition is null || (Context.Schema.FindType(condition.Name.Value) is CompositeType composite && composite.PossibleTypeSet.Contains(type));
}
