using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Execution;

/// <summary>A field of a selection set after merging, with all that does not depend on the request worked out.</summary>
internal sealed class PlannedField
{
    private readonly OperationPlan plan;
    private readonly Dictionary<string, object?>? staticArguments;
    private volatile SelectionPlan? lastPlan;

    public PlannedField(OperationPlan plan, string responseName, FieldDefinition definition, IReadOnlyList<FieldNode> nodes)
    {
        this.plan = plan;
        ResponseName = responseName;
        EncodedName = ResponseWriter.EncodeName(responseName);
        Definition = definition;
        Nodes = nodes;
        if (definition.Type.Nullable is ScalarType or EnumType) Direct = definition.Resolver.Direct;
        var needsChildren = nodes.Any(n => n.SelectionSet is not null && plan.HasAsync(n.SelectionSet, definition.Type.Named as CompositeType));
        ChildrenWait = needsChildren;
        Waits = needsChildren || definition.Resolver.IsAsync;
        if (definition.Arguments.Count == 0) staticArguments = [];
        else if (!nodes[0].Arguments.Any(a => HasVariable(a.Value))) staticArguments = ArgumentCoercion.Coerce(definition, nodes[0], VariableValues.Empty);
    }

    public Schema Schema => plan.Schema;

    public string ResponseName { get; }

    public byte[] EncodedName { get; }

    public FieldDefinition Definition { get; }

    public IReadOnlyList<FieldNode> Nodes { get; }

    /// <summary>Writes the field without a box or a context; null where it has to be resolved.</summary>
    public DirectWriter? Direct { get; }

    /// <summary>Whether the field or anything below may have to wait.</summary>
    public bool Waits { get; }

    /// <summary>Whether anything below may have to wait.</summary>
    public bool ChildrenWait { get; }

    /// <exception cref="GraphQLException">A variable has no value that the argument can take.</exception>
    public Dictionary<string, object?> Arguments(RequestState request)
    {
        if (staticArguments is not null) return staticArguments;
        if (!request.Arguments.TryGetValue(this, out var arguments))
            request.Arguments[this] = arguments = ArgumentCoercion.Coerce(Definition, Nodes[0], request.Variables);
        return arguments;
    }

    /// <summary>What is selected below, for one object type.</summary>
    public SelectionPlan PlanFor(ObjectType type)
    {
        var last = lastPlan;
        if (last is not null && ReferenceEquals(last.Type, type)) return last;
        return lastPlan = plan.Plan(this, type);
    }

    /// <summary>Whether a chain of field names is selected below, on any type.</summary>
    public bool Selects(ReadOnlySpan<string> path, RequestState request)
    {
        if (path.IsEmpty) return true;
        if (Definition.Type.Named is not CompositeType composite) return false;
        foreach (var type in composite.PossibleTypes)
        {
            foreach (var field in PlanFor(type).Fields)
            {
                if (field.Definition.Name == path[0] && field.Selects(path[1..], request)) return true;
            }
        }
        return false;
    }

    private static bool HasVariable(ValueNode value) => value switch
    {
        VariableNode => true,
        ListValueNode list => list.Values.Any(HasVariable),
        ObjectValueNode obj => obj.Fields.Any(f => HasVariable(f.Value)),
        _ => false,
    };
}

/// <summary>The merged fields of a selection set for one object type, in the order of the response.</summary>
internal sealed record SelectionPlan(ObjectType Type, PlannedField[] Fields)
{
    public bool Waits { get; } = Fields.Any(f => f.Waits);
}
