using Metrics.GraphQL.Language;
using Metrics.GraphQL.Types;
using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Validation;

/// <summary>Validates executable documents against a schema (spec §5).</summary>
public static class DocumentValidator
{
    private static readonly (string Name, Func<ValidationContext, ValidationRule> Create)[] Rules =
    [
        (nameof(ExecutableDefinitionsRule), c => new ExecutableDefinitionsRule(c)),
        (nameof(KnownOperationTypesRule), c => new KnownOperationTypesRule(c)),
        (nameof(UniqueOperationNamesRule), c => new UniqueOperationNamesRule(c)),
        (nameof(LoneAnonymousOperationRule), c => new LoneAnonymousOperationRule(c)),
        (nameof(SingleFieldSubscriptionsRule), c => new SingleFieldSubscriptionsRule(c)),
        (nameof(KnownTypeNamesRule), c => new KnownTypeNamesRule(c)),
        (nameof(FragmentsOnCompositeTypesRule), c => new FragmentsOnCompositeTypesRule(c)),
        (nameof(VariablesAreInputTypesRule), c => new VariablesAreInputTypesRule(c)),
        (nameof(ScalarLeafsRule), c => new ScalarLeafsRule(c)),
        (nameof(FieldsOnCorrectTypeRule), c => new FieldsOnCorrectTypeRule(c)),
        (nameof(UniqueFragmentNamesRule), c => new UniqueFragmentNamesRule(c)),
        (nameof(KnownFragmentNamesRule), c => new KnownFragmentNamesRule(c)),
        (nameof(NoUnusedFragmentsRule), c => new NoUnusedFragmentsRule(c)),
        (nameof(PossibleFragmentSpreadsRule), c => new PossibleFragmentSpreadsRule(c)),
        (nameof(NoFragmentCyclesRule), c => new NoFragmentCyclesRule(c)),
        (nameof(UniqueVariableNamesRule), c => new UniqueVariableNamesRule(c)),
        (nameof(NoUndefinedVariablesRule), c => new NoUndefinedVariablesRule(c)),
        (nameof(NoUnusedVariablesRule), c => new NoUnusedVariablesRule(c)),
        (nameof(KnownDirectivesRule), c => new KnownDirectivesRule(c)),
        (nameof(UniqueDirectivesPerLocationRule), c => new UniqueDirectivesPerLocationRule(c)),
        (nameof(KnownArgumentNamesRule), c => new KnownArgumentNamesRule(c)),
        (nameof(UniqueArgumentNamesRule), c => new UniqueArgumentNamesRule(c)),
        (nameof(ValuesOfCorrectTypeRule), c => new ValuesOfCorrectTypeRule(c)),
        (nameof(ProvidedRequiredArgumentsRule), c => new ProvidedRequiredArgumentsRule(c)),
        (nameof(VariablesInAllowedPositionRule), c => new VariablesInAllowedPositionRule(c)),
        (nameof(OverlappingFieldsCanBeMergedRule), c => new OverlappingFieldsCanBeMergedRule(c)),
        (nameof(UniqueInputFieldNamesRule), c => new UniqueInputFieldNamesRule(c)),
    ];

    /// <summary>The names of the 27 rules, in the order in which they run.</summary>
    public static IReadOnlyList<string> RuleNames { get; } = [.. Rules.Select(r => r.Name)];

    /// <summary>Finds all that is wrong with a document, up to the limit of the options; an empty list means it can be executed.</summary>
    public static IReadOnlyList<GraphQLError> Validate(Schema schema, DocumentNode document, ValidationOptions? options = null)
    {
        var context = new ValidationContext(schema, document, options ?? new ValidationOptions());
        var rules = Rules.Where(r => context.Options.Rules?.Contains(r.Name) ?? true).Select(r => r.Create(context)).ToArray();
        try
        {
            new DocumentWalker(context, rules).Walk();
        }
        catch (TooManyErrorsException)
        {
            // The errors found so far say enough.
        }
        return context.Errors;
    }
}
