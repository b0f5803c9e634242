using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;

namespace Metrics.GraphQL.Validation;

/// <summary>What the rules share: the document, what is known about the place the walker has reached, and the errors.</summary>
internal sealed class ValidationContext
{
    // A name may be as long as the document, and an error must not be.
    private const int MaxMessageLength = 1500;

    private readonly List<GraphQLError> errors = [];
    private readonly Dictionary<OperationDefinitionNode, List<FragmentDefinitionNode>> reached = [];
    private long reachBudget;
    private readonly Dictionary<DefinitionNode, List<VariableUsage>> usages = [];
    private readonly Dictionary<DefinitionNode, List<FragmentSpreadNode>> spreads = [];
    private readonly Dictionary<string, FragmentDefinitionNode> fragments = [];

    public ValidationContext(Schema schema, DocumentNode document, ValidationOptions options)
    {
        Schema = schema;
        Document = document;
        Options = options;
        // Enough for any document that is not made of many operations that all reach many fragments.
        reachBudget = 2L * options.MergeBudget;
        foreach (var fragment in document.Fragments) fragments.TryAdd(fragment.Name.Value, fragment);
    }

    public Schema Schema { get; }

    public DocumentNode Document { get; }

    public ValidationOptions Options { get; }

    public IReadOnlyList<GraphQLError> Errors => errors;

    /// <summary>The type whose fields are selected here; null when unknown.</summary>
    public CompositeType? ParentType { get; set; }

    /// <summary>The type of the field or fragment here; null when unknown.</summary>
    public GraphQLType? Type { get; set; }

    /// <summary>The field here; null when unknown.</summary>
    public FieldDefinition? Field { get; set; }

    /// <summary>The directive here; null when there is none or it is unknown.</summary>
    public DirectiveType? Directive { get; set; }

    /// <summary>The type of the argument or variable here; null when unknown.</summary>
    public GraphQLType? InputType { get; set; }

    public FragmentDefinitionNode? FindFragment(string name) => fragments.GetValueOrDefault(name);

    public void Report(string message, params IEnumerable<Node> nodes)
    {
        errors.Add(GraphQLError.At(nodes, message.Length <= MaxMessageLength ? message : message[..MaxMessageLength] + "…", ErrorCodes.Validation));
        if (errors.Count >= Options.MaxErrors) throw new TooManyErrorsException();
    }

    public void ReportLimit(string message, Node node)
    {
        errors.Add(GraphQLError.At(node, message, ErrorCodes.Limit));
        throw new TooManyErrorsException();
    }

    public void AddUsage(DefinitionNode definition, VariableUsage usage) => Of(usages, definition).Add(usage);

    public void AddSpread(DefinitionNode definition, FragmentSpreadNode spread) => Of(spreads, definition).Add(spread);

    /// <summary>The spreads inside one definition.</summary>
    public IReadOnlyList<FragmentSpreadNode> SpreadsIn(DefinitionNode definition) => Of(spreads, definition);

    /// <summary>The variables used by an operation and all fragments it reaches.</summary>
    public IEnumerable<VariableUsage> UsagesOf(OperationDefinitionNode operation) =>
        Of(usages, operation).Concat(FragmentsOf(operation).SelectMany(f => Of(usages, f)));

    /// <summary>The fragments that an operation reaches, each once.</summary>
    public IReadOnlyList<FragmentDefinitionNode> FragmentsOf(OperationDefinitionNode operation)
    {
        if (reached.TryGetValue(operation, out var known)) return known;
        var seen = new HashSet<FragmentDefinitionNode>();
        var found = new List<FragmentDefinitionNode>();
        var pending = new Queue<DefinitionNode>([operation]);
        while (pending.TryDequeue(out var definition))
        {
            foreach (var spread in SpreadsIn(definition))
            {
                if (FindFragment(spread.Name.Value) is not { } fragment || !seen.Add(fragment)) continue;
                if (--reachBudget < 0) ReportLimit("The document's operations reach too many fragments. Send them one by one.", operation);
                pending.Enqueue(fragment);
                found.Add(fragment);
            }
        }
        return reached[operation] = found;
    }

    /// <summary>" Did you mean …?", or nothing when suggestions are off or none is near.</summary>
    public string DidYouMean(string name, IEnumerable<string> candidates) =>
        Options.Suggestions ? Suggestions.DidYouMean(name, candidates) : "";

    private static List<T> Of<T>(Dictionary<DefinitionNode, List<T>> lists, DefinitionNode key)
    {
        if (!lists.TryGetValue(key, out var list)) lists[key] = list = [];
        return list;
    }
}

/// <summary>A place where a variable is used.</summary>
/// <param name="Node">The variable.</param>
/// <param name="Type">The type expected there; null when unknown.</param>
/// <param name="HasDefault">Whether the argument or input field there has a default.</param>
/// <param name="OneOf">The OneOf input object whose field it fills, if it does.</param>
internal sealed record VariableUsage(VariableNode Node, GraphQLType? Type, bool HasDefault, InputObjectType? OneOf);

/// <summary>Ends a validation early.</summary>
internal sealed class TooManyErrorsException : Exception;
