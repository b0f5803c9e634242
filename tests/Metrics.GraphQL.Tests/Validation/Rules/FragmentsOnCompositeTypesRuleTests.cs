using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class FragmentsOnCompositeTypesRuleTests
{
    private const string Rule = nameof(FragmentsOnCompositeTypesRule);

    [Theory]
    [InlineData("fragment F on Friend { ... on Dog { name } ... { __typename } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Fragments_on_scalars_enums_and_inputs_are_refused() => RuleCheck.Fails(
        Rule,
        "fragment F on String { a } fragment G on Command { a } { pet { ... on Search { name } } }",
        "1:15 Fragment \"F\" cannot condition on non composite type \"String\".",
        "1:42 Fragment \"G\" cannot condition on non composite type \"Command\".",
        "1:71 Fragment cannot condition on non composite type \"Search\".");
}
