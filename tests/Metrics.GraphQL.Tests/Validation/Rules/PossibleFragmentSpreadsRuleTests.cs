using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class PossibleFragmentSpreadsRuleTests
{
    private const string Rule = nameof(PossibleFragmentSpreadsRule);

    [Theory]
    [InlineData("{ friend { ... on Named { name } } pet { ... on Friend { ... on Dog { name } } } dog { ... on Pet { name } } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Types_without_a_common_object_are_refused() => RuleCheck.Fails(
        Rule,
        "{ dog { ... on Cat { name } ...F } } fragment F on Human { name }",
        "1:9 Fragment cannot be spread here as objects of type \"Dog\" can never be of type \"Cat\".",
        "1:29 Fragment \"F\" cannot be spread here as objects of type \"Dog\" can never be of type \"Human\".");

    [Fact]
    public void An_interface_that_no_member_implements_is_refused() => RuleCheck.Fails(
        Rule,
        "{ cat { ... on Friend { __typename } } }",
        "1:9 Fragment cannot be spread here as objects of type \"Cat\" can never be of type \"Friend\".");
}
