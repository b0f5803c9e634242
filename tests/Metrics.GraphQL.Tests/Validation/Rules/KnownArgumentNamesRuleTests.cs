using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class KnownArgumentNamesRuleTests
{
    private const string Rule = nameof(KnownArgumentNamesRule);

    [Theory]
    [InlineData("{ dog { knows(command: SIT) } cat @label(text: \"a\") { name(short: true) } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Unknown_arguments_are_refused() => RuleCheck.Fails(
        Rule,
        "{ dog { knows(comand: SIT) } cat @label(txt: \"a\") { name } }",
        "1:15 Unknown argument \"comand\" on field \"Dog.knows\".",
        "1:41 Unknown argument \"txt\" on directive \"@label\".");
}
