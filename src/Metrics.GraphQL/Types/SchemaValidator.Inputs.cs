using Metrics.GraphQL.Language;

namespace Metrics.GraphQL.Types;

internal sealed partial class SchemaValidator
{
    private readonly HashSet<string> visitedDefaults = [];
    private readonly List<InputValue> defaultPath = [];

    /// <summary>Default values of input fields must not need themselves (spec §3.10).</summary>
    private void CheckDefaultCycles(InputObjectType type) => FollowDefaults(type, new ObjectValueNode { Fields = [] });

    private void FollowDefaults(InputObjectType type, ValueNode value)
    {
        if (value is ListValueNode list)
        {
            foreach (var item in list.Values) FollowDefaults(type, item);
            return;
        }
        if (value is not ObjectValueNode node) return;
        foreach (var field in type.Fields)
        {
            if (field.Type.Named is not InputObjectType inner) continue;
            if (node.Fields.FirstOrDefault(f => f.Name.Value == field.Name) is { } given) FollowDefaults(inner, given.Value);
            else FollowDefault(field, inner);
        }
    }

    private void FollowDefault(InputValue field, InputObjectType inner)
    {
        if (field.DefaultValue is null) return;
        var index = defaultPath.IndexOf(field);
        if (index >= 0)
        {
            var cycle = defaultPath.Skip(index).ToList();
            var via = cycle.Count > 1 ? $" via the default values of: {string.Join(", ", cycle.Skip(1))}" : "";
            Report(field.Coordinate, $"Invalid circular reference. The default value of input field {field} references itself{via}.",
                cycle.Select(f => f.Node?.DefaultValue));
            return;
        }
        if (!visitedDefaults.Add(field.Coordinate)) return;
        defaultPath.Add(field);
        FollowDefaults(inner, field.DefaultValue);
        defaultPath.RemoveAt(defaultPath.Count - 1);
    }

    /// <summary>Every input object must have some finite value (spec §3.10, "Circular References").</summary>
    private void CheckFiniteInputs()
    {
        var inputs = schema.Types.OfType<InputObjectType>().ToList();
        var finite = new HashSet<InputObjectType>();
        var grew = true;
        while (grew)
        {
            grew = false;
            foreach (var input in inputs.Where(i => !finite.Contains(i)))
            {
                var isFinite = input.IsOneOf
                    ? input.Fields.Count == 0 || input.Fields.Any(f => Needed(input, f) is not { } target || finite.Contains(target))
                    : input.Fields.All(f => Needed(input, f) is not { } target || finite.Contains(target));
                if (isFinite) grew |= finite.Add(input);
            }
        }
        var visited = new HashSet<InputObjectType>();
        foreach (var input in inputs.Where(i => !finite.Contains(i))) FollowCycle(input, finite, visited, []);
    }

    private static InputObjectType? Needed(InputObjectType owner, InputValue field) =>
        (owner.IsOneOf ? field.Type : field.Type is NonNullType nonNull ? nonNull.Nullable : null) as InputObjectType;

    private void FollowCycle(
        InputObjectType input, HashSet<InputObjectType> finite, HashSet<InputObjectType> visited, List<(InputObjectType Owner, InputValue Field)> path)
    {
        if (!visited.Add(input)) return;
        foreach (var field in input.Fields)
        {
            if (Needed(input, field) is not { } target || finite.Contains(target)) continue;
            path.Add((input, field));
            var start = path.FindIndex(p => ReferenceEquals(p.Owner, target));
            if (start < 0)
            {
                FollowCycle(target, finite, visited, path);
            }
            else
            {
                var cycle = path.Skip(start).Select(p => p.Field).ToList();
                Report(target.Name, $"Input Object {target} cannot be provided a finite value because it references itself through fields: {string.Join(", ", cycle)}.",
                    cycle.Select(f => f.Node));
            }
            path.RemoveAt(path.Count - 1);
        }
    }
}
