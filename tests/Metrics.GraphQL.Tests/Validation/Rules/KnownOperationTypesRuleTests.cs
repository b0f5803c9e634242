using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class KnownOperationTypesRuleTests
{
    private const string Rule = nameof(KnownOperationTypesRule);

    [Theory]
    [InlineData("subscription { barked { name } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void A_mutation_needs_a_mutation_type() => RuleCheck.Fails(
        Rule,
        "mutation { a }",
        "1:1 The mutation operation is not supported by the schema.");
}
