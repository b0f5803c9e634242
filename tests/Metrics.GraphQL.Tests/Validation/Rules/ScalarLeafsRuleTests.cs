using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class ScalarLeafsRuleTests
{
    private const string Rule = nameof(ScalarLeafsRule);

    [Theory]
    [InlineData("{ dog { name } friend { __typename } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void A_selection_below_a_scalar_is_refused() => RuleCheck.Fails(
        Rule,
        "{ dog { barks { x } } }",
        "1:15 Field \"barks\" must not have a selection since type \"Boolean!\" has no subfields.");

    [Fact]
    public void An_object_without_selection_is_refused() => RuleCheck.Fails(
        Rule,
        "{ dog }",
        "1:3 Field \"dog\" of type \"Dog\" must have a selection of subfields. Did you mean \"dog { ... }\"?");
}
