using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class NoUnusedVariablesRuleTests
{
    private const string Rule = nameof(NoUnusedVariablesRule);

    [Theory]
    [InlineData("query A($x: Int, $y: String!) @label(text: $y) { ...F } fragment F on Query { number(i: $x) }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void A_variable_that_nothing_uses_is_refused() => RuleCheck.Fails(
        Rule,
        "query A($x: Int, $y: Int) { number(i: $x) }",
        "1:18 Variable \"$y\" is never used in operation \"A\".");
}
