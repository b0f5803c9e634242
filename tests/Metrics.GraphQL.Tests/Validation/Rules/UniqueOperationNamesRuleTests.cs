using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class UniqueOperationNamesRuleTests
{
    private const string Rule = nameof(UniqueOperationNamesRule);

    [Theory]
    [InlineData("query A { dog { name } } query B { dog { name } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Two_operations_of_one_name_are_refused() => RuleCheck.Fails(
        Rule,
        "query A { dog { name } } subscription A { barked { name } } query A { cat { name } }",
        "1:7,1:39 There can be only one operation named \"A\".",
        "1:7,1:67 There can be only one operation named \"A\".");
}
