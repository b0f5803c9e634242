using System.Runtime.CompilerServices;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Execution;

/// <summary>
/// Measures an operation through its fragments. Every fragment is measured once and the result reused, with additions that
/// stop at <see cref="long.MaxValue"/>, so a small document cannot make the measuring itself expensive.
/// </summary>
internal sealed class OperationLimits(Schema schema, Dictionary<string, FragmentDefinitionNode> fragments, GraphQLOptions options)
{
    // Enough for every introspection query of common tools; each step through one of these lists multiplies the output.
    private const int MaxIntrospectionLists = 3;
    private const int MaxIntrospectionDepth = 30;

    private readonly Dictionary<string, Size> measured = [];

    /// <summary>Finds the first limit that an operation exceeds; null when it keeps to all.</summary>
    public GraphQLError? Check(OperationDefinitionNode operation)
    {
        if (CheckDirectives(operation.Directives) is { } error) return error;
        Size size;
        try
        {
            size = Measure(operation.SelectionSet, schema.RootType(operation.Operation), isIntrospection: false);
        }
        catch (GraphQLException e)
        {
            return e.Errors[0];
        }
        return Exceeds(operation, size.FragmentVisits, options.MaxFragmentVisits, "enters fragments", "times")
            ?? Exceeds(operation, size.Fields, options.MaxFields, "selects", "fields")
            ?? Exceeds(operation, size.Depth, options.MaxDepth, "nests", "levels deep")
            ?? Exceeds(operation, size.Aliases, options.MaxAliases, "gives", "aliases")
            ?? Exceeds(operation, size.RootFields, options.MaxRootFields, "selects", "root fields")
            ?? Exceeds(operation, size.IntrospectionLists, MaxIntrospectionLists, "nests introspection lists", "levels deep")
            ?? Exceeds(operation, size.IntrospectionDepth, MaxIntrospectionDepth, "nests introspection", "levels deep");
    }

    private static GraphQLError? Exceeds(Node node, long actual, long allowed, string verb, string unit)
    {
        if (actual <= allowed) return null;
        var count = actual == long.MaxValue ? "far more than" : FormattableString.Invariant($"{actual},");
        return GraphQLError.At(
            node,
            FormattableString.Invariant($"The operation {verb} {(actual == long.MaxValue ? $"{count} {allowed} {unit}" : $"{actual} {unit}; {allowed} are allowed")}. Split it into smaller operations."),
            ErrorCodes.Limit);
    }

    private GraphQLError? CheckDirectives(IReadOnlyList<DirectiveNode> directives) => directives.Count <= options.MaxDirectivesPerLocation
        ? null
        : GraphQLError.At(
            directives[options.MaxDirectivesPerLocation],
            FormattableString.Invariant($"{directives.Count} directives stand at one place; {options.MaxDirectivesPerLocation} are allowed."),
            ErrorCodes.Limit);

    private Size Measure(SelectionSetNode set, CompositeType? type, bool isIntrospection)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new GraphQLException(GraphQLError.At(set, "The document nests too deep through fragments. Send a flatter document.", ErrorCodes.Limit));
        var total = new Size();
        foreach (var selection in set.Selections)
        {
            if (CheckDirectives(selection.Directives) is { } error) throw new GraphQLException(error);
            switch (selection)
            {
                case FieldNode field: total = total.Beside(Measure(field, type, isIntrospection)); break;
                case InlineFragmentNode inline:
                    total = total.Beside(Measure(inline.SelectionSet, inline.TypeCondition is null ? type : Find(inline.TypeCondition), isIntrospection));
                    break;
                case FragmentSpreadNode spread: total = total.Beside(Measure(spread)); break;
            }
        }
        return total;
    }

    private Size Measure(FragmentSpreadNode spread)
    {
        var name = spread.Name.Value;
        if (!fragments.TryGetValue(name, out var fragment)) return new Size();
        if (!measured.TryGetValue(name, out var size))
        {
            if (CheckDirectives(fragment.Directives) is { } error) throw new GraphQLException(error);
            measured[name] = default;
            var type = Find(fragment.TypeCondition);
            measured[name] = size = Measure(fragment.SelectionSet, type, type?.IsIntrospection == true);
        }
        return size with { FragmentVisits = Size.Add(size.FragmentVisits, 1) };
    }

    private Size Measure(FieldNode field, CompositeType? type, bool isIntrospection)
    {
        if (!options.Introspection && field.Name.Value is ("__schema" or "__type"))
        {
            throw new GraphQLException(GraphQLError.At(field, "Introspection is switched off on this server.", ErrorCodes.IntrospectionDisabled));
        }
        var definition = type?.FindField(field.Name.Value);
        var below = definition?.Type.Named as CompositeType;
        var entersIntrospection = isIntrospection || below is { IsIntrospection: true };
        var inner = field.SelectionSet is null ? new Size() : Measure(field.SelectionSet, below, entersIntrospection);
        var isList = isIntrospection && field.Name.Value is ("fields" or "interfaces" or "possibleTypes" or "inputFields");
        return inner with
        {
            Fields = Size.Add(inner.Fields, 1),
            Aliases = Size.Add(inner.Aliases, field.Alias is null ? 0 : 1),
            RootFields = 1,
            Depth = entersIntrospection ? (isIntrospection ? 0 : 1) : Size.Add(inner.Depth, 1),
            IntrospectionDepth = entersIntrospection ? Size.Add(inner.IntrospectionDepth, 1) : inner.IntrospectionDepth,
            IntrospectionLists = isList ? Size.Add(inner.IntrospectionLists, 1) : inner.IntrospectionLists,
        };
    }

    private CompositeType? Find(NamedTypeNode condition) => schema.FindType(condition.Name.Value) as CompositeType;

    private readonly record struct Size(
        long Fields, long Aliases, long RootFields, long Depth, long FragmentVisits, long IntrospectionDepth, long IntrospectionLists)
    {
        public Size Beside(Size other) => new(
            Add(Fields, other.Fields), Add(Aliases, other.Aliases), Add(RootFields, other.RootFields), Math.Max(Depth, other.Depth),
            Add(FragmentVisits, other.FragmentVisits), Math.Max(IntrospectionDepth, other.IntrospectionDepth),
            Math.Max(IntrospectionLists, other.IntrospectionLists));

        public static long Add(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
    }
}
