using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class UniqueDirectivesPerLocationRuleTests
{
    private const string Rule = nameof(UniqueDirectivesPerLocationRule);

    [Theory]
    [InlineData("{ dog @once { name @once } cat @label(text: \"a\") @label(text: \"b\") { name } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void A_directive_that_is_not_repeatable_stands_once() => RuleCheck.Fails(
        Rule,
        "{ dog @once @label(text: \"a\") @once { name } }",
        "1:7,1:31 The directive \"@once\" can only be used once at this location.");
}
