using System.Runtime.CompilerServices;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Two groups of fields that cannot be merged.</summary>
internal sealed record FieldConflict(string ResponseName, string Reason, IReadOnlyList<FieldNode> First, IReadOnlyList<FieldNode> Second);

/// <summary>
/// Finds the pairs of fields that conflict, each once, in the order of graphql-js. The number of pairs can be the square of
/// the document's size, so the work is bounded by a budget, and the depth by the call stack that is left.
/// </summary>
internal sealed class FieldConflicts(ValidationContext context)
{
    private const int MaxNodes = 20;

    private readonly Dictionary<(SelectionSetNode, CompositeType?), FieldGroups> collected = [];
    private readonly Dictionary<(FieldGroups, FragmentDefinitionNode), bool> comparedWithFragment = [];
    private readonly Dictionary<(FragmentDefinitionNode, FragmentDefinitionNode), bool> comparedFragments = [];
    private int budget = context.Options.MergeBudget;

    /// <summary>Whether the budget or the stack ran out, so that conflicts may be missing.</summary>
    public bool IsExhausted => budget < 0;

    public static bool SameShape(GraphQLType a, GraphQLType b) => (a, b) switch
    {
        (NonNullType x, NonNullType y) => SameShape(x.Nullable, y.Nullable),
        (NonNullType, _) or (_, NonNullType) => false,
        (ListType x, ListType y) => SameShape(x.ItemType, y.ItemType),
        (ListType, _) or (_, ListType) => false,
        _ => (a is CompositeType && b is CompositeType) || ReferenceEquals(a, b),
    };

    public List<FieldConflict> Within(SelectionSetNode set, CompositeType? type)
    {
        var conflicts = new List<FieldConflict>();
        var fields = Collect(set, type);
        foreach (var group in fields.ByName.Values)
        {
            for (var i = 0; i < group.Count; i++)
            {
                for (var j = i + 1; j < group.Count; j++) Add(conflicts, Compare(false, group[i], group[j]));
            }
        }
        for (var i = 0; i < fields.Fragments.Count; i++)
        {
            CompareWithFragment(conflicts, false, fields, fields.Fragments[i]);
            for (var j = i + 1; j < fields.Fragments.Count; j++) CompareFragments(conflicts, false, fields.Fragments[i], fields.Fragments[j]);
        }
        return conflicts;
    }

    private static void Add(List<FieldConflict> conflicts, FieldConflict? conflict)
    {
        if (conflict is not null) conflicts.Add(conflict);
    }

    private bool Spend()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) budget = 0;
        return --budget >= 0;
    }

    private void CompareWithFragment(List<FieldConflict> conflicts, bool exclusive, FieldGroups fields, FragmentDefinitionNode fragment)
    {
        if (!Spend() || fields.ByName.Count == 0 || WasCompared(comparedWithFragment, (fields, fragment), exclusive)) return;
        comparedWithFragment[(fields, fragment)] = exclusive;
        var other = Collect(fragment);
        if (ReferenceEquals(fields, other)) return;
        CompareGroups(conflicts, exclusive, fields, other);
        foreach (var inner in other.Fragments) CompareWithFragment(conflicts, exclusive, fields, inner);
    }

    private void CompareFragments(List<FieldConflict> conflicts, bool exclusive, FragmentDefinitionNode a, FragmentDefinitionNode b)
    {
        if (!Spend() || ReferenceEquals(a, b)) return;
        if (WasCompared(comparedFragments, (a, b), exclusive) || WasCompared(comparedFragments, (b, a), exclusive)) return;
        comparedFragments[(a, b)] = exclusive;
        var (first, second) = (Collect(a), Collect(b));
        CompareGroups(conflicts, exclusive, first, second);
        foreach (var inner in second.Fragments) CompareFragments(conflicts, exclusive, a, inner);
        foreach (var inner in first.Fragments) CompareFragments(conflicts, exclusive, inner, b);
    }

    // A comparison of fields that can occur together covers one of fields that exclude each other, not the other way round.
    private static bool WasCompared<T>(Dictionary<T, bool> compared, T key, bool exclusive)
        where T : notnull => compared.TryGetValue(key, out var wasExclusive) && (exclusive || !wasExclusive);

    private void CompareGroups(List<FieldConflict> conflicts, bool exclusive, FieldGroups a, FieldGroups b)
    {
        foreach (var (name, group) in a.ByName)
        {
            if (!b.ByName.TryGetValue(name, out var others)) continue;
            foreach (var first in group)
            {
                foreach (var second in others) Add(conflicts, Compare(exclusive, first, second));
            }
        }
    }

    private FieldConflict? Compare(bool parentsExclusive, SelectedField a, SelectedField b)
    {
        if (!Spend()) return null;
        var name = a.Node.ResponseName;
        var exclusive = parentsExclusive || (a.Parent is ObjectType && b.Parent is ObjectType && !ReferenceEquals(a.Parent, b.Parent));
        if (!exclusive)
        {
            if (a.Node.Name.Value != b.Node.Name.Value)
                return new FieldConflict(name, $"\"{a.Node.Name.Value}\" and \"{b.Node.Name.Value}\" are different fields", [a.Node], [b.Node]);
            if (a.Arguments != b.Arguments) return new FieldConflict(name, "they have differing arguments", [a.Node], [b.Node]);
        }
        if (a.Type is not null && b.Type is not null && !SameShape(a.Type, b.Type))
            return new FieldConflict(name, $"they return conflicting types \"{a.Type}\" and \"{b.Type}\"", [a.Node], [b.Node]);
        if (a.Node.SelectionSet is null || b.Node.SelectionSet is null) return null;
        var conflicts = Between(
            exclusive,
            Collect(a.Node.SelectionSet, a.Type?.Named as CompositeType),
            Collect(b.Node.SelectionSet, b.Type?.Named as CompositeType));
        if (conflicts.Count == 0) return null;
        var reason = string.Join(" and ", conflicts.Take(5).Select(c => $"subfields \"{c.ResponseName}\" conflict because {c.Reason}"));
        return new FieldConflict(
            name,
            reason.Length > 1000 ? reason[..1000] + "…" : reason,
            [.. conflicts.SelectMany(c => c.First).Prepend(a.Node).Take(MaxNodes)],
            [.. conflicts.SelectMany(c => c.Second).Prepend(b.Node).Take(MaxNodes)]);
    }

    private List<FieldConflict> Between(bool exclusive, FieldGroups a, FieldGroups b)
    {
        var conflicts = new List<FieldConflict>();
        CompareGroups(conflicts, exclusive, a, b);
        foreach (var fragment in b.Fragments) CompareWithFragment(conflicts, exclusive, a, fragment);
        foreach (var fragment in a.Fragments) CompareWithFragment(conflicts, exclusive, b, fragment);
        foreach (var first in a.Fragments)
        {
            foreach (var second in b.Fragments) CompareFragments(conflicts, exclusive, first, second);
        }
        return conflicts;
    }

    private FieldGroups Collect(FragmentDefinitionNode fragment) =>
        Collect(fragment.SelectionSet, context.Schema.FindType(fragment.TypeCondition.Name.Value) as CompositeType);

    private FieldGroups Collect(SelectionSetNode set, CompositeType? type)
    {
        if (collected.TryGetValue((set, type), out var groups)) return groups;
        groups = new FieldGroups([], []);
        Collect(set, type, groups);
        return collected[(set, type)] = groups;
    }

    private void Collect(SelectionSetNode set, CompositeType? type, FieldGroups groups)
    {
        foreach (var selection in set.Selections)
        {
            switch (selection)
            {
                case FieldNode field:
                    if (!groups.ByName.TryGetValue(field.ResponseName, out var group)) groups.ByName[field.ResponseName] = group = [];
                    group.Add(new SelectedField(field, type));
                    break;
                case FragmentSpreadNode spread when context.FindFragment(spread.Name.Value) is { } fragment:
                    if (!groups.Fragments.Contains(fragment)) groups.Fragments.Add(fragment);
                    break;
                case InlineFragmentNode inline:
                    var inner = inline.TypeCondition is null ? type : context.Schema.FindType(inline.TypeCondition.Name.Value) as CompositeType;
                    Collect(inline.SelectionSet, inner, groups);
                    break;
            }
        }
    }

    /// <summary>What a selection set holds itself: fields by response name, and the fragments it spreads.</summary>
    private sealed class FieldGroups(Dictionary<string, List<SelectedField>> byName, List<FragmentDefinitionNode> fragments)
    {
        public Dictionary<string, List<SelectedField>> ByName { get; } = byName;

        public List<FragmentDefinitionNode> Fragments { get; } = fragments;
    }
}
