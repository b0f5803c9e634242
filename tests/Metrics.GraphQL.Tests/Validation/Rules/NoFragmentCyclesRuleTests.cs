using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class NoFragmentCyclesRuleTests
{
    private const string Rule = nameof(NoFragmentCyclesRule);

    [Theory]
    [InlineData("fragment A on Dog { ...B ...B } fragment B on Dog { name }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void A_fragment_within_itself_is_refused() => RuleCheck.Fails(
        Rule,
        "fragment A on Dog { sibling { ...A } }",
        "1:31 Cannot spread fragment \"A\" within itself.");

    [Fact]
    public void A_cycle_through_others_is_refused_once() => RuleCheck.Fails(
        Rule,
        "fragment A on Dog { ...B } fragment B on Dog { ...C } fragment C on Dog { ...A }",
        "1:21,1:48,1:75 Cannot spread fragment \"A\" within itself via \"B\", \"C\".");
}
