using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class FieldsOnCorrectTypeRuleTests
{
    private const string Rule = nameof(FieldsOnCorrectTypeRule);

    [Theory]
    [InlineData("{ dog { nick: name __typename } friend { __typename } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void A_field_that_does_not_exist_is_refused() => RuleCheck.Fails(
        Rule,
        "{ dog { nam } }",
        "1:9 Cannot query field \"nam\" on type \"Dog\".");

    [Fact]
    public void Interfaces_have_only_their_own_fields() => RuleCheck.Fails(
        Rule,
        "{ pet { barks } }",
        "1:9 Cannot query field \"barks\" on type \"Pet\".");

    [Fact]
    public void Unions_have_no_fields() => RuleCheck.Fails(
        Rule,
        "{ friend { name } }",
        "1:12 Cannot query field \"name\" on type \"Friend\".");
}
