using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class SingleFieldSubscriptionsRuleTests
{
    private const string Rule = nameof(SingleFieldSubscriptionsRule);

    [Theory]
    [InlineData("subscription S { ...F } fragment F on Subscription { barked { name } barked { barks } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Two_fields_are_refused_also_through_fragments() => RuleCheck.Fails(
        Rule,
        "subscription S { barked { name } ...F } fragment F on Subscription { slept { name } }",
        "1:70 Subscription \"S\" must select only one top level field.");

    [Fact]
    public void Introspection_is_refused() => RuleCheck.Fails(
        Rule,
        "subscription { __typename }",
        "1:16 Anonymous Subscription must not select an introspection top level field.");

    [Fact]
    public void Conditions_are_refused() => RuleCheck.Fails(
        Rule,
        "subscription S { barked @skip(if: false) { name } }",
        "1:25 Subscription \"S\" must not use `@skip` or `@include` directives in the top level selection.");
}
