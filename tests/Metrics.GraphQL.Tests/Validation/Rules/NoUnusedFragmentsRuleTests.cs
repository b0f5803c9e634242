using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class NoUnusedFragmentsRuleTests
{
    private const string Rule = nameof(NoUnusedFragmentsRule);

    [Theory]
    [InlineData("{ dog { ...F } } fragment F on Dog { ...G } fragment G on Dog { name }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Fragments_that_only_use_each_other_are_refused() => RuleCheck.Fails(
        Rule,
        "{ dog { name } } fragment F on Dog { ...G } fragment G on Dog { ...F }",
        "1:18 Fragment \"F\" is never used.",
        "1:45 Fragment \"G\" is never used.");
}
