using System.Collections.Concurrent;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Execution;

/// <summary>A document that passed validation, with the plans of its operations; or the errors it did not pass with.</summary>
internal sealed class CompiledDocument
{
    private readonly Dictionary<string, CompiledOperation> operations = [];
    private readonly CompiledOperation? only;

    private CompiledDocument(string hash, IReadOnlyList<GraphQLError> errors)
    {
        Hash = hash;
        Errors = errors;
    }

    public CompiledDocument(Schema schema, DocumentNode document, string hash, GraphQLOptions options)
        : this(hash, [])
    {
        var fragments = new Dictionary<string, FragmentDefinitionNode>();
        foreach (var fragment in document.Fragments) fragments.TryAdd(fragment.Name.Value, fragment);
        foreach (var operation in document.Operations)
        {
            only = new CompiledOperation(schema, operation, fragments);
            operations.TryAdd(operation.Name?.Value ?? "", only);
        }
        if (operations.Count != 1) only = null;
        var limits = new OperationLimits(schema, fragments, options);
        Errors = [.. document.Operations.Select(limits.Check).OfType<GraphQLError>().Take(1)];
    }

    public static CompiledDocument Invalid(string hash, IReadOnlyList<GraphQLError> errors) => new(hash, errors);

    /// <summary>The SHA-256 of the text, in lower-case hexadecimal.</summary>
    public string Hash { get; }

    public IReadOnlyList<GraphQLError> Errors { get; }

    public IEnumerable<CompiledOperation> Operations => operations.Values;

    /// <summary>Chooses the operation to execute (spec §6.1, GetOperation).</summary>
    /// <exception cref="GraphQLException">There is no such operation, or no name says which of several.</exception>
    public CompiledOperation Find(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return only ?? throw new GraphQLException(
                operations.Count == 0 ? "The document holds no operation." : "Must provide operation name if query contains multiple operations.",
                ErrorCodes.BadInput);
        }
        return operations.GetValueOrDefault(name)
            ?? throw new GraphQLException($"Unknown operation named \"{Types.ScalarText.Clip(name)}\".", ErrorCodes.BadInput);
    }
}

/// <summary>An operation with one plan for each combination of its conditions seen so far.</summary>
internal sealed class CompiledOperation
{
    private const int MaxPlans = 32;

    private readonly Schema schema;
    private readonly ConcurrentDictionary<string, OperationPlan> plans = new();
    private readonly List<string> conditions;

    public CompiledOperation(Schema schema, OperationDefinitionNode definition, Dictionary<string, FragmentDefinitionNode> fragments)
    {
        this.schema = schema;
        Definition = definition;
        Fragments = fragments;
        var used = new HashSet<string>();
        FindConditions(definition.SelectionSet, used);
        foreach (var fragment in fragments.Values) FindConditions(fragment.SelectionSet, used);
        conditions = [.. definition.Variables.Select(v => v.Variable.Name.Value).Where(used.Contains)];
    }

    public OperationDefinitionNode Definition { get; }

    public Dictionary<string, FragmentDefinitionNode> Fragments { get; }

    /// <summary>Whatever its variables, it costs no more than is allowed.</summary>
    public bool IsAffordable { get; set; }

    public OperationPlan Plan(VariableValues variables)
    {
        var key = conditions.Count == 0
            ? ""
            : string.Create(conditions.Count, (conditions, variables), static (span, state) =>
            {
                for (var i = 0; i < span.Length; i++)
                    span[i] = !state.variables.TryGet(state.conditions[i], out var value) ? '?' : value is true ? '1' : value is false ? '0' : 'n';
            });
        if (plans.TryGetValue(key, out var plan)) return plan;
        plan = new OperationPlan(schema, Definition, Fragments, conditions.Count == 0 ? VariableValues.Empty : Only(variables));
        return plans.Count < MaxPlans ? plans.GetOrAdd(key, plan) : plan;
    }

    /// <summary>The plan outlives the request, so it must not hold on to its other variables.</summary>
    private VariableValues Only(VariableValues variables)
    {
        var values = new VariableValues();
        foreach (var name in conditions)
        {
            if (variables.TryGet(name, out var value)) values.Add(name, value);
        }
        return values;
    }

    private static void FindConditions(SelectionSetNode set, HashSet<string> used)
    {
        foreach (var selection in set.Selections)
        {
            foreach (var directive in selection.Directives)
            {
                if (directive.Name.Value is not ("skip" or "include")) continue;
                foreach (var argument in directive.Arguments)
                {
                    if (argument.Value is VariableNode variable) used.Add(variable.Name.Value);
                }
            }
            if (selection is FieldNode { SelectionSet: { } inner }) FindConditions(inner, used);
            else if (selection is InlineFragmentNode inline) FindConditions(inline.SelectionSet, used);
        }
    }
}
