using System.Runtime.CompilerServices;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Execution;

/// <summary>
/// An operation with <c>@skip</c> and <c>@include</c> decided: which fields a response has, merged, per object type. Worked
/// out level by level as execution gets there, then kept; safe to share between requests.
/// </summary>
internal sealed class OperationPlan
{
    private readonly OperationDefinitionNode operation;
    private readonly Dictionary<string, FragmentDefinitionNode> fragments;
    private readonly VariableValues conditions;
    private readonly Dictionary<SelectionSetNode, bool> waits = [];
    private readonly Dictionary<(PlannedField, ObjectType), SelectionPlan> plans = [];
    private readonly Lock gate = new();

    public OperationPlan(
        Schema schema, OperationDefinitionNode operation, Dictionary<string, FragmentDefinitionNode> fragments, VariableValues conditions)
    {
        Schema = schema;
        this.operation = operation;
        this.fragments = fragments;
        this.conditions = conditions;
        var type = schema.RootType(operation.Operation)
            ?? throw new GraphQLException(GraphQLError.At(
                operation, $"Schema is not configured to execute {Printer.Keyword(operation.Operation)} operation.", ErrorCodes.Validation));
        Root = Collect(type, [operation.SelectionSet]);
    }

    public Schema Schema { get; }

    public SelectionPlan Root { get; }

    public bool IsMutation => operation.Operation == OperationType.Mutation;

    public SelectionPlan Plan(PlannedField field, ObjectType type)
    {
        lock (gate)
        {
            if (!plans.TryGetValue((field, type), out var plan))
                plans[(field, type)] = plan = Collect(type, field.Nodes.Where(n => n.SelectionSet is not null).Select(n => n.SelectionSet!));
            return plan;
        }
    }

    /// <summary>Whether any field below may have to wait, whatever the conditions; each selection set is looked at once.</summary>
    public bool HasAsync(SelectionSetNode set, CompositeType? type)
    {
        lock (gate)
        {
            return Waits(set, type);
        }
    }

    private bool Waits(SelectionSetNode set, CompositeType? type)
    {
        if (type is null) return false;
        if (waits.TryGetValue(set, out var known)) return known;
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new GraphQLException("The operation nests too deep to be executed. Send a flatter document.", ErrorCodes.Limit);
        waits[set] = false;
        var result = false;
        foreach (var selection in set.Selections)
        {
            result |= selection switch
            {
                FieldNode field => Candidates(type, field).Any(d =>
                    d.Resolver.IsAsync || (field.SelectionSet is not null && Waits(field.SelectionSet, d.Type.Named as CompositeType))),
                InlineFragmentNode inline => Waits(inline.SelectionSet, inline.TypeCondition is null ? type : Find(inline.TypeCondition)),
                FragmentSpreadNode spread => fragments.TryGetValue(spread.Name.Value, out var fragment)
                    && Waits(fragment.SelectionSet, Find(fragment.TypeCondition)),
                _ => false,
            };
        }
        return waits[set] = result;
    }

    private static IEnumerable<FieldDefinition> Candidates(CompositeType type, FieldNode node) =>
        type.PossibleTypes.Prepend(type).Select(t => t.FindField(node.Name.Value)).OfType<FieldDefinition>();

    private CompositeType? Find(NamedTypeNode condition) => Schema.FindType(condition.Name.Value) as CompositeType;

    /// <summary>Spec §6.3.2, CollectFields.</summary>
    private SelectionPlan Collect(ObjectType type, IEnumerable<SelectionSetNode> sets)
    {
        var groups = new OrderedDictionary<string, List<FieldNode>>();
        var visited = new HashSet<string>();
        foreach (var set in sets) Collect(type, set, groups, visited);
        var fields = new List<PlannedField>(groups.Count);
        foreach (var (name, nodes) in groups)
        {
            if (type.FindField(nodes[0].Name.Value) is { } definition) fields.Add(new PlannedField(this, name, definition, nodes));
        }
        return new SelectionPlan(type, [.. fields]);
    }

    private void Collect(ObjectType type, SelectionSetNode set, OrderedDictionary<string, List<FieldNode>> groups, HashSet<string> visited)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new GraphQLException("The operation nests too deep to be executed. Send a flatter document.", ErrorCodes.Limit);
        foreach (var selection in set.Selections)
        {
            if (!IsIncluded(selection)) continue;
            switch (selection)
            {
                case FieldNode field:
                    if (!groups.TryGetValue(field.ResponseName, out var nodes)) groups[field.ResponseName] = nodes = [];
                    nodes.Add(field);
                    break;
                case InlineFragmentNode inline when inline.TypeCondition is null || Applies(inline.TypeCondition, type):
                    Collect(type, inline.SelectionSet, groups, visited);
                    break;
                case FragmentSpreadNode spread when visited.Add(spread.Name.Value)
                    && fragments.TryGetValue(spread.Name.Value, out var fragment)
                    && Applies(fragment.TypeCondition, type):
                    Collect(type, fragment.SelectionSet, groups, visited);
                    break;
            }
        }
    }

    private bool Applies(NamedTypeNode condition, ObjectType type) => Find(condition) is { } composite && composite.PossibleTypeSet.Contains(type);

    private bool IsIncluded(SelectionNode selection)
    {
        foreach (var directive in selection.Directives)
        {
            if (directive.Name.Value == "skip" && Decide(directive)) return false;
            if (directive.Name.Value == "include" && !Decide(directive)) return false;
        }
        return true;
    }

    private bool Decide(DirectiveNode directive)
    {
        var definition = Schema.FindDirective(directive.Name.Value)!;
        return (bool)ArgumentCoercion.Coerce(definition.Arguments, directive.Arguments, directive, conditions)["if"]!;
    }
}
