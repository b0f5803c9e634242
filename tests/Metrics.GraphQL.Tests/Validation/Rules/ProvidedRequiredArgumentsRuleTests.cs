using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class ProvidedRequiredArgumentsRuleTests
{
    private const string Rule = nameof(ProvidedRequiredArgumentsRule);

    [Theory]
    [InlineData("{ dog { knows(command: SIT) } number }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Required_arguments_of_fields_and_directives_must_be_given() => RuleCheck.Fails(
        Rule,
        "{ dog @label { knows } }",
        "1:7 Argument \"@label(text:)\" of type \"String!\" is required, but it was not provided.",
        "1:16 Argument \"Dog.knows(command:)\" of type \"Command!\" is required, but it was not provided.");
}
