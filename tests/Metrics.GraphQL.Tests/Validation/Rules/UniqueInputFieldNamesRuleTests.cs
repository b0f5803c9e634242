using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class UniqueInputFieldNamesRuleTests
{
    private const string Rule = nameof(UniqueInputFieldNamesRule);

    [Theory]
    [InlineData("{ search(by: { name: \"x\", breed: { name: \"y\" } }) { name } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void A_field_given_twice_is_refused_at_any_depth() => RuleCheck.Fails(
        Rule,
        "{ search(by: { name: \"x\", breed: { id: 1, id: 2 }, name: \"z\" }) { name } }",
        "1:16,1:52 There can be only one input field named \"name\".",
        "1:36,1:43 There can be only one input field named \"id\".");
}
