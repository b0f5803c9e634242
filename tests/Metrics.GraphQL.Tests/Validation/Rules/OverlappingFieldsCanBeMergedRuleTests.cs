using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class OverlappingFieldsCanBeMergedRuleTests
{
    private const string Rule = nameof(OverlappingFieldsCanBeMergedRule);

    [Theory]
    [InlineData("{ dog { name ...F } } fragment F on Dog { x: name }")]
    [InlineData("{ pet { ... on Dog { name(short: true) x: owner { name } } ... on Cat { name(short: false) x: owner { pets { name } } } } }")]
    [InlineData("{ a: search(by: { name: \"x\", limit: 1 }) { name } a: search(by: { limit: 1, name: \"x\" }) { owner { name } } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Different_fields_under_one_name_conflict() => RuleCheck.Fails(
        Rule,
        "{ dog { x: name x: barks } }",
        "1:9,1:17 Fields \"x\" conflict because \"name\" and \"barks\" are different fields. Use different aliases on the fields to fetch both if this was intentional.");

    [Fact]
    public void Different_arguments_conflict() => RuleCheck.Fails(
        Rule,
        "{ dog { name name(short: true) } }",
        "1:9,1:14 Fields \"name\" conflict because they have differing arguments. Use different aliases on the fields to fetch both if this was intentional.");

    [Fact]
    public void Different_shapes_conflict_even_where_objects_exclude_each_other() => RuleCheck.Fails(
        Rule,
        "{ pet { ... on Dog { barks } ... on Cat { barks } } }",
        "1:22,1:43 Fields \"barks\" conflict because they return conflicting types \"Boolean!\" and \"Int\". Use different aliases on the fields to fetch both if this was intentional.");

    [Fact]
    public void Conflicts_below_are_told_with_the_way_there() => RuleCheck.Fails(
        Rule,
        "{ dog { o: owner { x: name } ...F } } fragment F on Dog { o: owner { x: pets { name } } }",
        "1:9,1:20,1:59,1:70 Fields \"o\" conflict because subfields \"x\" conflict because \"name\" and \"pets\" are different fields. Use different aliases on the fields to fetch both if this was intentional.");
}
