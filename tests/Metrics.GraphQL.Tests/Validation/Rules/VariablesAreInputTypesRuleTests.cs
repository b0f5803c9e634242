using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class VariablesAreInputTypesRuleTests
{
    private const string Rule = nameof(VariablesAreInputTypesRule);

    [Theory]
    [InlineData("query($a: [Search!]!, $b: Command, $c: Unknown) { dog { name } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Objects_interfaces_and_unions_are_refused() => RuleCheck.Fails(
        Rule,
        "query($a: Dog, $b: [[Pet!]]!, $c: Friend) { dog { name } }",
        "1:11 Variable \"$a\" cannot be non-input type \"Dog\".",
        "1:20 Variable \"$b\" cannot be non-input type \"[[Pet!]]!\".",
        "1:35 Variable \"$c\" cannot be non-input type \"Friend\".");
}
