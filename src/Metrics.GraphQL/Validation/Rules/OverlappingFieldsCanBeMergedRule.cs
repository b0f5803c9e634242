using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Fields that share a response name can be merged: same field, same arguments, same shape.</summary>
/// <remarks>
/// Spec §5.3.2 "Field Selection Merging". Whether all is well is found by looking at every merged set of fields once
/// (<see cref="MergedFields"/>), so valid documents, however repetitive, cost time in proportion to their size. Only when
/// something conflicts are fields compared in pairs (<see cref="FieldConflicts"/>), to say exactly what.
/// </remarks>
internal sealed class OverlappingFieldsCanBeMergedRule(ValidationContext context) : ValidationRule(context)
{
    private readonly List<(SelectionSetNode Set, CompositeType? Type)> sets = [];
    private readonly List<(SelectionSetNode Set, CompositeType? Type)> roots = [];

    public override void EnterSelectionSet(SelectionSetNode node, bool isInlineFragment)
    {
        if (isInlineFragment) return;
        sets.Add((node, Context.ParentType));
    }

    public override void EnterOperation(OperationDefinitionNode node) =>
        roots.Add((node.SelectionSet, Context.Type as CompositeType));

    public override void EnterFragment(FragmentDefinitionNode node) =>
        roots.Add((node.SelectionSet, Context.Type as CompositeType));

    public override void LeaveDocument()
    {
        var merged = new MergedFields(Context);
        var hasConflict = false;
        foreach (var (set, type) in roots)
        {
            hasConflict |= merged.HasConflict(set, type);
            if (merged.IsExhausted)
                Context.ReportLimit($"The document is too complex to check that its fields can be merged. Send a simpler document.", set);
        }
        if (!hasConflict) return;

        var before = Context.Errors.Count;
        var conflicts = new FieldConflicts(Context);
        foreach (var (set, type) in sets)
        {
            foreach (var conflict in conflicts.Within(set, type))
            {
                Context.Report(
                    $"Fields \"{conflict.ResponseName}\" conflict because {conflict.Reason}. Use different aliases on the fields to fetch both if this was intentional.",
                    conflict.First.Concat(conflict.Second));
            }
            if (conflicts.IsExhausted) break;
        }
        if (conflicts.IsExhausted && Context.Errors.Count == before)
            Context.ReportLimit("Fields of the document conflict, and it is too complex to say which. Send a simpler document.", Context.Document);
    }
}
