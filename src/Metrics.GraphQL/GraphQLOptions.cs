namespace Metrics.GraphQL;

/// <summary>The limits and switches of a server. The defaults suit a server that strangers can reach.</summary>
public sealed class GraphQLOptions
{
    /// <summary>The size of a request's body in bytes; default 1 MB.</summary>
    public int MaxBodySize { get; set; } = 1_048_576;

    /// <summary>The tokens of a document; default 15,000.</summary>
    public int MaxTokens { get; set; } = 15_000;

    /// <summary>How deep documents, literals and the JSON of variables may nest in the parser; 1 to 500, default 100.</summary>
    public int MaxParserDepth { get; set; } = 100;

    /// <summary>How deep fields may nest, through fragments; introspection has its own bound. Default 12.</summary>
    public int MaxDepth { get; set; } = 12;

    /// <summary>The fields of an operation, through fragments; default 2,048.</summary>
    public int MaxFields { get; set; } = 2048;

    /// <summary>The fields with an alias, through fragments; default 100.</summary>
    public int MaxAliases { get; set; } = 100;

    /// <summary>The fields at the root of an operation, through fragments; default 20.</summary>
    public int MaxRootFields { get; set; } = 20;

    /// <summary>The directives at one place; default 4.</summary>
    public int MaxDirectivesPerLocation { get; set; } = 4;

    /// <summary>How much comparing the field-merge rule may do; default 100,000.</summary>
    public int MergeBudget { get; set; } = 100_000;

    /// <summary>How many times fragments are entered when an operation is followed from its root; default 1,000.</summary>
    public int MaxFragmentVisits { get; set; } = 1000;

    /// <summary>How many errors of one kind (validation, variables) are reported; default 20.</summary>
    public int MaxErrors { get; set; } = 20;

    /// <summary>
    /// The cost of an operation: 1 per field unless the schema says otherwise, times the sizes of the lists around it.
    /// Default 1,000,000.
    /// </summary>
    public long MaxCost { get; set; } = 1_000_000;

    /// <summary>How large a list is taken to be when nothing bounds it; default 20.</summary>
    public int AssumedListSize { get; set; } = 20;

    /// <summary>How long a query may run; default 10 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a mutation may run; default 2 minutes.</summary>
    public TimeSpan MutationTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a caller may take to receive a page of an export (5,000 rows), whose rows may hold a connection to a database until the last is
    /// sent; default 1 minute. Then the answer is broken off.
    /// </summary>
    public TimeSpan ReceiveTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether <c>__schema</c> and <c>__type</c> answer, and <c>?sdl</c>; default true.</summary>
    public bool Introspection { get; set; } = true;

    /// <summary>Whether errors suggest names; default true.</summary>
    public bool Suggestions { get; set; } = true;

    /// <summary>How many documents are kept parsed, validated and planned; default 1,000.</summary>
    public int DocumentCacheSize { get; set; } = 1000;

    /// <summary>The folder of trusted documents (<c>*.graphql</c>); null for none.</summary>
    public string? TrustedDocuments { get; set; }

    /// <summary>Whether only trusted documents are executed; default false.</summary>
    public bool OnlyTrustedDocuments { get; set; }

    /// <summary>The rows a page has when nobody says how many; default 50.</summary>
    public int DefaultPageSize { get; set; } = 50;

    /// <summary>The rows a page can have; default 1,000. A field's <c>[UsePaging]</c> can say otherwise.</summary>
    public int MaxPageSize { get; set; } = 1000;
}
