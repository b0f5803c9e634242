using System.Runtime.CompilerServices;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Execution;

/// <summary>
/// What an operation can cost at most: every field's own cost, times the sizes of the lists around it. A list's size is what
/// its arguments allow, with the request's variables, or else an assumed one; that of a connection counts for the lists in it.
/// Fragments are priced once for each size.
/// </summary>
internal sealed class OperationCost(
    Schema schema, Dictionary<string, FragmentDefinitionNode> fragments, GraphQLOptions options, VariableValues variables)
{
    private readonly Dictionary<(string Fragment, long? RowsAbove), long> priced = [];

    public GraphQLError? Check(OperationDefinitionNode operation)
    {
        var cost = Of(operation.SelectionSet, schema.RootType(operation.Operation), rowsAbove: null);
        return cost <= options.MaxCost
            ? null
            : GraphQLError.At(
                operation,
                FormattableString.Invariant($"The operation could cost {(cost == long.MaxValue ? "far too much" : cost)}; {options.MaxCost} is allowed. Ask for fewer fields or shorter lists."),
                ErrorCodes.Limit);
    }

    private long Of(SelectionSetNode set, CompositeType? type, long? rowsAbove)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) return long.MaxValue;
        var total = 0L;
        foreach (var selection in set.Selections)
        {
            total = Add(total, selection switch
            {
                FieldNode field => Of(field, type, rowsAbove),
                InlineFragmentNode inline => Of(inline.SelectionSet, inline.TypeCondition is null ? type : Find(inline.TypeCondition), rowsAbove),
                FragmentSpreadNode spread => Of(spread, rowsAbove),
                _ => 0,
            });
        }
        return total;
    }

    private long Of(FragmentSpreadNode spread, long? rowsAbove)
    {
        var key = (spread.Name.Value, rowsAbove);
        if (priced.TryGetValue(key, out var cost)) return cost;
        if (!fragments.TryGetValue(spread.Name.Value, out var fragment)) return 0;
        priced[key] = 0;
        return priced[key] = Of(fragment.SelectionSet, Find(fragment.TypeCondition), rowsAbove);
    }

    private long Of(FieldNode node, CompositeType? type, long? rowsAbove)
    {
        // Introspection answers from memory, and has bounds of its own.
        if (type is null or { IsIntrospection: true } || type.FindField(node.Name.Value) is not { } field) return 0;
        if (node.SelectionSet is null) return field.Cost;
        var isList = field.Type.Nullable is ListType;
        var size = field.ListSize is { } own ? Size(node, own) : isList ? rowsAbove ?? options.AssumedListSize : (long?)null;
        var children = Of(node.SelectionSet, field.Type.Named as CompositeType, isList ? null : size);
        return Add(field.Cost, isList ? Multiply(children, size!.Value) : children);
    }

    private long Size(FieldNode node, ListSize size)
    {
        long? given = null;
        foreach (var name in size.Arguments)
        {
            var value = node.Arguments.FirstOrDefault(a => a.Name.Value == name)?.Value;
            object? number = value switch
            {
                IntValueNode literal when int.TryParse(literal.Value, System.Globalization.CultureInfo.InvariantCulture, out var i) => i,
                VariableNode variable when variables.TryGet(variable.Name.Value, out var v) => v,
                _ => null,
            };
            if (number is int count) given = Math.Max(given ?? 0, Math.Max(count, 0));
        }
        return given ?? size.Assumed;
    }

    private CompositeType? Find(NamedTypeNode condition) => schema.FindType(condition.Name.Value) as CompositeType;

    private static long Add(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;

    private static long Multiply(long a, long b) => a > 0 && b > long.MaxValue / a ? long.MaxValue : a * b;
}
