using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>
/// Decides whether any fields conflict, without saying which. Sets of fields that are merged are looked at as a whole, each
/// once: all fields of one response name must agree with the first. Works on a list of pending sets, not on the call stack.
/// </summary>
internal sealed class MergedFields(ValidationContext context)
{
    private readonly Dictionary<FieldNode, int> ids = [];
    private readonly HashSet<string> seen = [];
    private readonly Stack<(List<SelectedField> Fields, bool OnlyShape)> pending = new();
    private int budget = context.Options.MergeBudget;

    /// <summary>Whether the budget ran out before the answer was found.</summary>
    public bool IsExhausted => budget < 0;

    public bool HasConflict(SelectionSetNode set, CompositeType? type)
    {
        Push([(set, type)], onlyShape: false);
        Push([(set, type)], onlyShape: true);
        while (pending.TryPop(out var next))
        {
            if (IsExhausted || (next.OnlyShape ? !ShapesAgree(next.Fields) : !FieldsAgree(next.Fields)))
            {
                pending.Clear();
                return true;
            }
        }
        return false;
    }

    private bool ShapesAgree(List<SelectedField> fields)
    {
        foreach (var group in fields.GroupBy(f => f.Node.ResponseName))
        {
            var first = group.FirstOrDefault(f => f.Type is not null);
            if (first is not null && group.Any(f => f.Type is not null && !FieldConflicts.SameShape(first.Type!, f.Type))) return false;
            Push(group.Where(f => f.Node.SelectionSet is not null).Select(f => (f.Node.SelectionSet!, f.Type?.Named as CompositeType)), onlyShape: true);
        }
        return true;
    }

    private bool FieldsAgree(List<SelectedField> fields)
    {
        foreach (var group in fields.GroupBy(f => f.Node.ResponseName))
        {
            var common = group.Where(f => f.Parent is not ObjectType).ToList();
            var byObject = group.Where(f => f.Parent is ObjectType).GroupBy(f => f.Parent).Select(g => g.Concat(common).ToList()).ToList();
            foreach (var set in byObject.Count > 0 ? byObject : [common])
            {
                if (set.Any(f => f.Node.Name.Value != set[0].Node.Name.Value || f.Arguments != set[0].Arguments)) return false;
                Push(set.Where(f => f.Node.SelectionSet is not null).Select(f => (f.Node.SelectionSet!, f.Type?.Named as CompositeType)), onlyShape: false);
            }
        }
        return true;
    }

    /// <summary>Collects the fields of merged selection sets, through fragments, and queues them unless the same set was seen.</summary>
    private void Push(IEnumerable<(SelectionSetNode Set, CompositeType? Type)> sets, bool onlyShape)
    {
        var fields = new List<SelectedField>();
        var fragments = new HashSet<FragmentDefinitionNode>();
        var work = new Stack<(SelectionSetNode Set, CompositeType? Type)>(sets);
        if (work.Count == 0) return;
        while (work.TryPop(out var next))
        {
            foreach (var selection in next.Set.Selections)
            {
                if (--budget < 0) return;
                switch (selection)
                {
                    case FieldNode field:
                        fields.Add(new SelectedField(field, next.Type));
                        break;
                    case InlineFragmentNode inline:
                        work.Push((inline.SelectionSet, inline.TypeCondition is null ? next.Type : Find(inline.TypeCondition)));
                        break;
                    case FragmentSpreadNode spread when context.FindFragment(spread.Name.Value) is { } fragment && fragments.Add(fragment):
                        work.Push((fragment.SelectionSet, Find(fragment.TypeCondition)));
                        break;
                }
            }
        }
        if (seen.Add(Key(fields, onlyShape))) pending.Push((fields, onlyShape));
    }

    private CompositeType? Find(NamedTypeNode condition) => context.Schema.FindType(condition.Name.Value) as CompositeType;

    private string Key(List<SelectedField> fields, bool onlyShape)
    {
        var keys = new int[fields.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            if (!ids.TryGetValue(fields[i].Node, out keys[i])) ids[fields[i].Node] = keys[i] = ids.Count;
        }
        Array.Sort(keys);
        var chars = new char[keys.Length * 2 + 1];
        chars[0] = onlyShape ? 's' : 'f';
        for (var i = 0; i < keys.Length; i++)
        {
            chars[i * 2 + 1] = (char)(keys[i] & 0xFFFF);
            chars[i * 2 + 2] = (char)(keys[i] >> 16);
        }
        return new string(chars);
    }
}
