using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class KnownFragmentNamesRuleTests
{
    private const string Rule = nameof(KnownFragmentNamesRule);

    [Theory]
    [InlineData("{ dog { ...F } } fragment F on Dog { name }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void A_spread_of_nothing_is_refused() => RuleCheck.Fails(
        Rule,
        "{ dog { ...F } }",
        "1:12 Unknown fragment \"F\".");
}
