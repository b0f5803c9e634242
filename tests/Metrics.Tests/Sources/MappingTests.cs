using Metrics.Sources;

namespace Metrics.Tests.Sources;

public sealed class MappingTests
{
    private static readonly Mapping Tiers = new(new Dictionary<string, IReadOnlyList<MappingRule>>
    {
        ["tier"] =
        [
            Rule("0", ("tag", "critical"), ("schema", "finance_*")),
            Rule("$1", ("tag", "tier-*")),
            Rule("${n}", ("job", "/^load_(?<n>[a-z]+)_[0-9]+$/")),
            Rule(null, ("tag", "scratch")),
        ],
        ["team"] = [Rule("data-platform")],
    });

    [Theory]
    [InlineData("tag=critical schema=finance_eu", "0")]
    [InlineData("tag=critical schema=sales", null)]
    [InlineData("tag=blue tag=TIER-2", "2")]
    [InlineData("job=load_orders_12", "orders")]
    [InlineData("job=reload_orders_12", null)]
    [InlineData("tag=tier-1 tag=critical schema=finance_us", "0")]
    [InlineData("", null)]
    public void The_first_rule_whose_patterns_all_match_gives_the_value(string attributes, string? value) =>
        Tiers.Apply("tier", Attributes(attributes)).ShouldBe(value);

    [Fact]
    public void A_rule_with_no_value_says_that_there_is_none()
    {
        Tiers.Match("tier", Attributes("tag=scratch"), out var value).ShouldBeTrue();
        value.ShouldBeNull();
        Tiers.Match("tier", Attributes("tag=other"), out _).ShouldBeFalse();
    }

    [Fact]
    public void A_rule_without_patterns_always_matches() => Tiers.Apply("team", []).ShouldBe("data-platform");

    [Fact]
    public void A_topic_without_rules_has_no_answer() => Tiers.Apply("domain", Attributes("tag=critical")).ShouldBeNull();

    [Fact]
    public void Who_listens_is_told_of_every_question()
    {
        var told = new List<string>();
        var watched = Tiers.Watched((topic, attributes, rule) => told.Add($"{topic} {attributes}: {rule?.Text}"));

        watched.Apply("tier", Attributes("tag=tier-2"));
        watched.Apply("tier", Attributes("tag=x"));

        told.ShouldBe(["tier tag=tier-2: tag: tier-* → $1", "tier tag=x: "]);
    }

    [Theory]
    [InlineData("/(/")]
    [InlineData("/(?=x)/")]
    public void A_regular_expression_that_is_broken_or_could_run_away_is_refused(string pattern) =>
        Should.Throw<FormatException>(() => Rule("1", ("tag", pattern))).Message.ShouldContain(pattern);

    private static MappingRule Rule(string? value, params (string Attribute, string Pattern)[] when) =>
        MappingRule.Create(when.Select(w => KeyValuePair.Create(w.Attribute, w.Pattern)), value);

    private static RawAttributes Attributes(string text)
    {
        var attributes = new RawAttributes();
        foreach (var pair in text.Split(' ', StringSplitOptions.RemoveEmptyEntries)) attributes.Add(pair.Split('=')[0], pair.Split('=')[1]);
        return attributes;
    }
}
