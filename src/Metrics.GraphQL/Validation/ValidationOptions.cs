namespace Metrics.GraphQL.Validation;

/// <summary>How documents are validated.</summary>
public sealed record ValidationOptions
{
    /// <summary>After how many errors to stop; default 20.</summary>
    public int MaxErrors { get; init; } = 20;

    /// <summary>How much comparing the field-merge rule may do; default 100,000 field visits.</summary>
    public int MergeBudget { get; init; } = 100_000;

    /// <summary>Whether messages suggest names from the schema; default true. Switch it off where introspection is off.</summary>
    public bool Suggestions { get; init; } = true;

    /// <summary>The names of the rules to apply; null for all of <see cref="DocumentValidator.RuleNames"/>.</summary>
    public IReadOnlyCollection<string>? Rules { get; init; }
}
