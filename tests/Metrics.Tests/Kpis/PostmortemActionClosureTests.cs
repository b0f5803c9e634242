using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class PostmortemActionClosureTests
{
    private const string Kpi = "postmortem_action_closure";

    private const string Incidents = """
        # datasets
        dataset,valid_from,tier
        orders,,1
        orders,2026-06-01T00:00:00Z,0
        # incidents
        incident_id,severity,status,datasets,started_at
        i1,1,resolved,orders,2026-03-01T00:00:00Z
        i2,4,false_alarm,orders,2026-03-01T00:00:00Z

        """;

    [Fact]
    public async Task Closed_means_completed_on_or_before_the_due_date_whatever_the_status_says()
    {
        await using var example = await Example.OfAsync(Incidents + """
            # postmortem_actions
            action_id,incident_id,due_on,completed_on,status
            a1,i1,2026-05-01,2026-05-01,open
            a2,i1,2026-05-01,2026-05-02,done
            a3,i1,2026-05-01,2026-04-01,
            a4,i1,2026-05-01,,done
            a5,i2,2026-05-01,2026-04-30,done
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(3, 5);
    }

    [Fact]
    public async Task Cancelled_actions_are_left_out()
    {
        await using var example = await Example.OfAsync(Incidents + """
            # postmortem_actions
            action_id,incident_id,due_on,completed_on,status
            a1,i1,2026-05-01,2026-05-01,cancelled
            a2,i1,2026-05-02,2026-05-01,done
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 1);
        (await example.EvidenceAsync(Kpi)).Select(o => (o.Record!.Key, o.Excluded)).ShouldBe([("a1", "cancelled"), ("a2", null)]);
    }

    [Fact]
    public async Task What_is_due_today_counts_tomorrow()
    {
        // In Berlin it is already the 14th.
        await using var example = await Example.OfAsync(
            Incidents + """
            # postmortem_actions
            action_id,incident_id,due_on,completed_on,status
            a1,i1,2026-05-13,2026-05-13,done
            a2,i1,2026-05-14,2026-05-13,done
            a3,i1,2026-05-15,2026-05-13,done
            """,
            now: "2026-05-13T22:30:00Z", zone: "Europe/Berlin");

        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 1);
        var left = (await example.EvidenceAsync(Kpi)).Single(o => o.Excluded is not null);
        (left.Record!.Key, left.Excluded).ShouldBe(("a2", "due today"));

        example.Database.Clock = new Storage.FixedClock("2026-05-14T22:00:00Z");
        (await example.TotalAsync(Kpi)).ShouldBeRatio(2, 2);
    }

    [Fact]
    public async Task An_action_has_the_datasets_of_its_incident_and_the_tier_of_its_own_due_date()
    {
        await using var example = await Example.OfAsync(Incidents + """
            # postmortem_actions
            action_id,incident_id,due_on,completed_on
            a1,i1,2026-05-31,
            a2,i1,2026-06-01,2026-06-01
            a3,nobody knows,2026-06-01,2026-06-01
            a4,,2026-06-01,
            """);

        var byTier = await example.ByAsync(Kpi, Dimension.Tier);

        byTier["1"].ShouldBeRatio(0, 1);
        byTier["0"].ShouldBeRatio(1, 1);
        byTier[""].ShouldBeRatio(1, 2);
    }

    [Fact]
    public async Task The_first_day_of_the_quarter_is_in_and_that_of_the_next_is_out()
    {
        await using var example = await Example.OfAsync(
            Incidents + """
            # postmortem_actions
            action_id,incident_id,due_on,completed_on
            a1,i1,2026-03-31,
            a2,i1,2026-04-01,2026-04-01
            a3,i1,2026-06-30,2026-06-30
            a4,i1,2026-07-01,
            a5,i1,,
            """,
            zone: "America/New_York");

        (await example.TotalAsync(Kpi)).ShouldBeRatio(2, 2);
    }
}
