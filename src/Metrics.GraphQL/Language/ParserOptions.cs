namespace Metrics.GraphQL.Language;

/// <summary>Bounds of the parser.</summary>
public sealed record ParserOptions
{
    /// <summary>The bounds for documents from callers: 15,000 tokens, depth 100.</summary>
    public static ParserOptions Default { get; } = new();

    /// <summary>The bounds for documents that the operator wrote (schemas): 10 million tokens, depth 100.</summary>
    public static ParserOptions Trusted { get; } = new() { MaxTokens = 10_000_000 };

    /// <summary>How many tokens a document may have; default 15,000.</summary>
    public int MaxTokens { get; init; } = 15_000;

    /// <summary>How deep braces, brackets and literals may nest; 1 to 500, default 100. The bound keeps the call stack small.</summary>
    public int MaxDepth
    {
        get;
        init => field = value is >= 1 and <= 500
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxDepth must be from 1 to 500.");
    } = 100;
}
