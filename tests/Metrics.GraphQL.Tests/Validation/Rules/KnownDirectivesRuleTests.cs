using Metrics.GraphQL.Validation.Rules;

namespace Metrics.GraphQL.Tests.Validation.Rules;

public class KnownDirectivesRuleTests
{
    private const string Rule = nameof(KnownDirectivesRule);

    [Theory]
    [InlineData("query @label(text: \"a\") { dog @include(if: true) @once { name } }")]
    public void Documents_that_keep_the_rule_pass(string document) => RuleCheck.Passes(Rule, document);

    [Fact]
    public void Unknown_and_misplaced_directives_are_refused() => RuleCheck.Fails(
        Rule,
        "query @once { dog @nope { ... @label(text: \"x\") { name } } }",
        "1:7 Directive \"@once\" may not be used on QUERY.",
        "1:19 Unknown directive \"@nope\".",
        "1:31 Directive \"@label\" may not be used on INLINE_FRAGMENT.");
}
