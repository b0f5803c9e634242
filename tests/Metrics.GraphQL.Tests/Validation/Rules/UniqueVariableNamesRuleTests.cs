using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class UniqueVariableNamesRuleTests
{
    private const string Rule = nameof(UniqueVariableNamesRule);

    [Theory]
    [InlineData("query A($x: Int) { dog { name } } query B($x: Int) { dog { name } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Two_variables_of_one_name_are_refused() => RuleCheck.Fails(
        Rule,
        "query A($x: Int, $y: Int, $x: String, $x: Int) { dog { name } }",
        "1:10,1:28,1:40 There can be only one variable named \"$x\".");
}
