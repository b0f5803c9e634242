using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class TierLabelTests
{
    [Theory]
    [InlineData(0, "Tier 0")]
    [InlineData(2, "Tier 2")]
    [InlineData(null, "Unassigned")]
    public void A_tier_has_a_name(int? tier, string label) => TierLabel.Of(tier).ShouldBe(label);

    [Fact]
    public void There_are_three() =>
        Should.Throw<ArgumentOutOfRangeException>(() => TierLabel.Of(3)).Message
            .ShouldStartWith("Tiers are 0, 1 and 2; null is Unassigned.");
}
