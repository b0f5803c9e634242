using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class VariablesInAllowedPositionRuleTests
{
    private const string Rule = nameof(VariablesInAllowedPositionRule);

    [Theory]
    [InlineData("query($a: Int!, $b: Int = 1, $c: [String!]!, $d: Int, $e: ID!) { number(i: $a, required: $b) r: number(required: $d) search(by: { name: \"x\", tags: $c, breed: { id: $e } }) { name } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Types_must_fit() => RuleCheck.Fails(
        Rule,
        "query($a: String, $b: [Int]) { number(i: $a, f: $b) }",
        "1:7,1:42 Variable \"$a\" of type \"String\" used in position expecting type \"Int\".",
        "1:19,1:49 Variable \"$b\" of type \"[Int]\" used in position expecting type \"Float\".");

    [Fact]
    public void Null_must_fit() => RuleCheck.Fails(
        Rule,
        "query($c: Command) { dog { knows(command: $c) } }",
        "1:7,1:43 Variable \"$c\" of type \"Command\" used in position expecting type \"Command!\".");

    [Fact]
    public void A_nullable_variable_is_refused_in_OneOf_also_inside_lists_and_non_nulls() => RuleCheck.Fails(
        Rule,
        "query($i: ID) { search(by: { name: \"x\", breed: { id: $i } }, breeds: [{ id: $i }]) { name } }",
        "1:7,1:54 Variable \"$i\" is of type \"ID\" but must be non-nullable to be used for OneOf Input Object \"Breed\".",
        "1:7,1:77 Variable \"$i\" is of type \"ID\" but must be non-nullable to be used for OneOf Input Object \"Breed\".");
}
