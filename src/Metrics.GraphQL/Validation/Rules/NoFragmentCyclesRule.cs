using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Validation.Rules;

/// <summary>Fragments do not spread themselves, directly or through others.</summary>
/// <remarks>Spec §5.5.2.2 "Fragment Spreads Must Not Form Cycles".</remarks>
internal sealed class NoFragmentCyclesRule(ValidationContext context) : ValidationRule(context)
{
    private readonly HashSet<string> visited = [];
    private readonly Dictionary<string, int> depthOf = [];
    private readonly List<FragmentSpreadNode> path = [];

    public override void LeaveDocument()
    {
        foreach (var fragment in Context.Document.Fragments) Follow(fragment);
    }

    /// <summary>Walks depth first with a list of its own: a chain of fragments may be longer than the call stack.</summary>
    private void Follow(FragmentDefinitionNode root)
    {
        var open = new Stack<(FragmentDefinitionNode Fragment, int Next)>();
        if (Enter(root)) open.Push((root, 0));
        while (open.TryPop(out var frame))
        {
            var spreads = Context.SpreadsIn(frame.Fragment);
            if (frame.Next == spreads.Count)
            {
                depthOf.Remove(frame.Fragment.Name.Value);
                if (open.Count > 0) path.RemoveAt(path.Count - 1);
                continue;
            }
            open.Push((frame.Fragment, frame.Next + 1));
            var spread = spreads[frame.Next];
            if (depthOf.TryGetValue(spread.Name.Value, out var start))
            {
                Report(spread, [.. path.Skip(start), spread]);
            }
            else if (Context.FindFragment(spread.Name.Value) is { } fragment && !visited.Contains(spread.Name.Value))
            {
                path.Add(spread);
                Enter(fragment);
                open.Push((fragment, 0));
            }
        }
    }

    private bool Enter(FragmentDefinitionNode fragment)
    {
        if (!visited.Add(fragment.Name.Value)) return false;
        depthOf[fragment.Name.Value] = path.Count;
        return true;
    }

    private void Report(FragmentSpreadNode spread, List<FragmentSpreadNode> cycle)
    {
        var via = string.Join(", ", cycle.SkipLast(1).Select(s => $"\"{s.Name.Value}\""));
        Context.Report($"Cannot spread fragment \"{spread.Name.Value}\" within itself{(via.Length == 0 ? "." : $" via {via}.")}", cycle);
    }
}
