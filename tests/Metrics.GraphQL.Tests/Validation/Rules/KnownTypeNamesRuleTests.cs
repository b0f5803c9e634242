using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class KnownTypeNamesRuleTests
{
    private const string Rule = nameof(KnownTypeNamesRule);

    [Theory]
    [InlineData("query($a: [String!]) { pet { ... on Dog { name } } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Types_that_do_not_exist_are_refused() => RuleCheck.Fails(
        Rule,
        "query($a: Stringg) { pet { ... on Dogg { name } } } fragment F on Cta { name }",
        "1:11 Unknown type \"Stringg\".",
        "1:35 Unknown type \"Dogg\".",
        "1:67 Unknown type \"Cta\".");
}
