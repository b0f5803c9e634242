using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class ValuesOfCorrectTypeRuleTests
{
    private const string Rule = nameof(ValuesOfCorrectTypeRule);

    [Theory]
    [InlineData("query($a: Search = { name: \"x\", limit: null }, $v: Int) { number(i: $v, f: 1, required: 2) search(by: { name: \"a\", tags: \"one\", breed: { id: 4 } }) { name } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Literals_of_other_types_are_refused() => RuleCheck.Fails(
        Rule,
        "{ number(i: 1.5, f: \"x\", required: null) dog { knows(command: JUMP) } }",
        "1:13 Int cannot represent 1.5: expected a whole number from -2147483648 to 2147483647.",
        "1:21 Float cannot represent \"x\": expected a finite number.",
        "1:36 Expected value of non-null type \"Int!\" not to be null.",
        "1:63 Value JUMP does not exist in \"Command\" enum.");

    [Fact]
    public void Int_has_32_bits() => RuleCheck.Fails(
        Rule,
        "{ number(i: 2147483648) }",
        "1:13 Int cannot represent 2147483648: expected a whole number from -2147483648 to 2147483647.");

    [Fact]
    public void Input_objects_need_their_required_fields_and_no_others() => RuleCheck.Fails(
        Rule,
        "{ search(by: { nam: \"x\" }) { name } }",
        "1:14 Expected value of type \"Search\" to include required field \"name\" of type \"String!\".",
        "1:16 Expected value of type \"Search\" not to include unknown field \"nam\".");

    [Fact]
    public void OneOf_takes_exactly_one_field_that_is_not_null() => RuleCheck.Fails(
        Rule,
        "{ a: search(breeds: [{}, { id: 1, name: \"x\" }, { id: null }]) { name } }",
        "1:22 Within OneOf Input Object type \"Breed\", exactly one field must be specified, and the value for that field must be non-null.",
        "1:26 Within OneOf Input Object type \"Breed\", exactly one field must be specified, and the value for that field must be non-null.",
        "1:48 Within OneOf Input Object type \"Breed\", exactly one field must be specified, and the value for that field must be non-null.");

    [Fact]
    public void Defaults_of_variables_are_checked() => RuleCheck.Fails(
        Rule,
        "query($a: [Int!] = [1, null]) { number(i: 1) }",
        "1:24 Expected value of non-null type \"Int!\" not to be null.");
}
