using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class UniqueArgumentNamesRuleTests
{
    private const string Rule = nameof(UniqueArgumentNamesRule);

    [Theory]
    [InlineData("{ number(i: 1, f: 2) again: number(i: 1) }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void An_argument_given_twice_is_refused() => RuleCheck.Fails(
        Rule,
        "{ number(i: 1, f: 2, i: 3) dog @label(text: \"a\", text: \"b\") { name } }",
        "1:10,1:22 There can be only one argument named \"i\".",
        "1:39,1:50 There can be only one argument named \"text\".");
}
