using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class NoUndefinedVariablesRuleTests
{
    private const string Rule = nameof(NoUndefinedVariablesRule);

    [Theory]
    [InlineData("query A($x: Int) { ...F } fragment F on Query { number(i: $x) }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void A_variable_in_a_fragment_must_be_declared_by_every_operation() => RuleCheck.Fails(
        Rule,
        "query A($x: Int) { ...F } query B { ...F } fragment F on Query { number(i: $x) }",
        "1:76,1:27 Variable \"$x\" is not defined by operation \"B\".");

    [Fact]
    public void Directives_and_objects_are_looked_into() => RuleCheck.Fails(
        Rule,
        "{ search(by: { name: $n }) @label(text: $t) { name } }",
        "1:22,1:1 Variable \"$n\" is not defined.",
        "1:41,1:1 Variable \"$t\" is not defined.");
}
