using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class ExecutableDefinitionsRuleTests
{
    private const string Rule = nameof(ExecutableDefinitionsRule);

    [Theory]
    [InlineData("{ dog { name } } fragment F on Dog { name }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Type_definitions_are_not_executable() => RuleCheck.Fails(
        Rule,
        "{ dog { name } } type Cow { name: String } extend type Dog { color: String } schema { query: Cow }",
        "1:18 The \"Cow\" definition is not executable.",
        "1:44 The \"Dog\" definition is not executable.",
        "1:78 The schema definition is not executable.");
}
