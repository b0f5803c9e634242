using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class LoneAnonymousOperationRuleTests
{
    private const string Rule = nameof(LoneAnonymousOperationRule);

    [Theory]
    [InlineData("{ dog { name } } fragment F on Dog { name }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void An_anonymous_operation_beside_another_is_refused() => RuleCheck.Fails(
        Rule,
        "{ dog { name } } query B { dog { name } }",
        "1:1 This anonymous operation must be the only defined operation.");
}
