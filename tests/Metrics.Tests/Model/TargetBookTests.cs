using Metrics.Model;

namespace Metrics.Tests.Model;

public sealed class TargetBookTests
{
    private static readonly DateTimeOffset Now = Some.Instant("2026-10-01T00:00Z");

    private static readonly Target ForAll = Some.Target("> 0.90");
    private static readonly Target ForTier = Some.Target("> 0.95") with { Tier = 0 };
    private static readonly Target ForTeam = Some.Target("> 0.97") with { Team = "payments" };
    private static readonly Target ForDataset = Some.Target("> 0.99") with { Dataset = "orders" };

    private static readonly TargetBook Book = new([ForAll, ForTier, ForTeam, ForDataset]);

    [Fact]
    public void The_most_specific_target_wins()
    {
        Book.InForce(0, "payments", "orders", Now).ShouldBe(ForDataset);
        Book.InForce(0, "payments", "refunds", Now).ShouldBe(ForTeam);
        Book.InForce(0, "search", "clicks", Now).ShouldBe(ForTier);
        Book.InForce(1, "search", "clicks", Now).ShouldBe(ForAll);
        Book.InForce(null, null, null, Now).ShouldBe(ForAll);
    }

    [Fact]
    public void A_total_takes_no_target_that_is_meant_for_a_tier() =>
        new TargetBook([ForTier]).InForce(null, null, null, Now).ShouldBeNull();

    [Fact]
    public void A_target_for_a_tier_of_a_team_beats_that_for_the_team()
    {
        var both = ForTeam with { Tier = 0 };

        new TargetBook([ForTeam, both, ForTier]).InForce(0, "payments", null, Now).ShouldBe(both);
        new TargetBook([ForTeam, both, ForTier]).InForce(1, "payments", null, Now).ShouldBe(ForTeam);
    }

    [Fact]
    public void The_latest_that_has_begun_is_in_force()
    {
        var next = ForAll with { Value = Threshold.Parse("> 0.92"), ValidFrom = Now };
        var book = new TargetBook([next, ForAll]);

        book.InForce(null, null, null, Now.AddTicks(-1)).ShouldBe(ForAll);
        book.InForce(null, null, null, Now).ShouldBe(next);
        new TargetBook([next]).InForce(null, null, null, Now.AddTicks(-1)).ShouldBeNull();
    }

    [Fact]
    public void A_specific_target_is_not_outdated_by_a_later_general_one()
    {
        var later = ForAll with { ValidFrom = Now.AddDays(-1) };

        new TargetBook([ForTier, later]).InForce(0, null, null, Now).ShouldBe(ForTier);
    }

    [Fact]
    public void A_specific_target_that_has_not_begun_leaves_the_general_one_in_force() =>
        new TargetBook([ForAll, ForTier with { ValidFrom = Now.AddDays(1) }]).InForce(0, null, null, Now).ShouldBe(ForAll);

    [Fact]
    public void A_target_of_the_next_quarter_does_not_judge_this_one()
    {
        var end = Some.Period("2026-Q3").Bounds(ReportingCalendar.Utc).End;
        var next = ForAll with { ValidFrom = end };

        new TargetBook([ForAll, next]).InForceAtEnd(null, null, null, end).ShouldBe(ForAll);
        new TargetBook([ForAll, next]).InForce(null, null, null, end).ShouldBe(next);
    }

    [Fact]
    public void Of_two_for_the_same_scope_and_instant_the_one_given_last_replaces_the_other()
    {
        var organisation = ForTier with { Value = Threshold.Parse("> 0.96"), Origin = "the organisation" };

        new TargetBook([ForTier, organisation]).InForce(0, null, null, Now).ShouldBe(organisation);
    }

    [Fact]
    public void Where_nothing_is_demanded_neither_what_is_for_all_nor_the_default_judges()
    {
        var exempt = new Target(null, "research", null, Threshold.None, null, Tolerance.Parse("0.01"), Now, "targets.yaml:3");
        var book = new TargetBook([ForAll, ForTier with { IsDefault = true }, exempt]);

        book.InForceAtEnd(0, "research", null, Now.AddDays(1)).ShouldBeNull();
        book.InForceAtEnd(0, "research", null, Now).ShouldBe(ForAll, "it has not begun");
        book.InForce(0, "payments", null, Now).ShouldBe(ForAll);
        book.All.ShouldContain(exempt, "it is a part of the history");
    }
}
