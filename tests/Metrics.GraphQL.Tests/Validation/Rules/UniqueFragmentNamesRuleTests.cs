using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class UniqueFragmentNamesRuleTests
{
    private const string Rule = nameof(UniqueFragmentNamesRule);

    [Theory]
    [InlineData("fragment A on Dog { name } fragment B on Dog { name }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Two_fragments_of_one_name_are_refused() => RuleCheck.Fails(
        Rule,
        "fragment A on Dog { name } fragment A on Cat { name }",
        "1:10,1:37 There can be only one fragment named \"A\".");
}
