using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class AlertActionabilityTests
{
    private const string Kpi = "alert_actionability";

    private const string Around = """
        # datasets
        dataset,valid_from,tier
        orders,,1
        orders,2026-06-01T00:00:00Z,0
        stock,,2
        # checks
        check_id,dataset,kind
        c1,orders,volume
        # incidents
        incident_id,severity,status,detected_at
        real,4,resolved,2026-01-01T00:00:00Z
        false,1,false_alarm,2026-01-01T00:00:00Z
        twin,1,duplicate,2026-01-01T00:00:00Z
        plain,,,

        """;

    [Fact]
    public async Task Worth_it_was_an_alert_with_an_action_or_a_known_incident_that_is_no_false_alarm()
    {
        await using var example = await Example.OfAsync(Around + """
            # alerts
            alert_id,raised_at,action_taken,incident_id
            a1,2026-04-01T00:00:00Z,true,
            a2,2026-05-01T00:00:00Z,false,real
            a3,2026-05-01T00:00:00Z,,false
            a4,2026-05-01T00:00:00Z,,twin
            a5,2026-05-01T00:00:00Z,,plain
            a6,2026-05-01T00:00:00Z,,unheard of
            a7,2026-05-01T00:00:00Z,,
            a8,2026-06-30T23:59:59.999999Z,true,false
            a9,2026-05-01T00:00:00Z,false,
            b1,2026-03-31T23:59:59.999999Z,true,
            b2,2026-07-01T00:00:00Z,true,
            b3,,true,
            """);

        // a1, a2, a4, a5 and a8 of nine.
        var row = await example.TotalAsync(Kpi);
        row.ShouldBeRatio(5, 9);
        row.Status.ShouldBe(KpiStatus.Met);
    }

    [Fact]
    public async Task An_alert_without_a_dataset_has_that_of_its_check_and_the_tier_of_its_own_moment()
    {
        await using var example = await Example.OfAsync(Around + """
            # alerts
            alert_id,raised_at,dataset,check_id,action_taken
            a1,2026-05-31T23:59:59.999999Z,,c1,true
            a2,2026-06-01T00:00:00Z,,c1,false
            a3,2026-06-01T00:00:00Z,stock,c1,true
            a4,2026-06-01T00:00:00Z,,unheard of,true
            a5,2026-06-01T00:00:00Z,,,true
            """);

        var byTier = await example.ByAsync(Kpi, Dimension.Tier);

        byTier["1"].ShouldBeRatio(1, 1);
        byTier["0"].ShouldBeRatio(0, 1);
        byTier["2"].ShouldBeRatio(1, 1);
        byTier[""].ShouldBeRatio(2, 2);
    }

    [Fact]
    public async Task An_incident_that_turns_out_to_be_a_false_alarm_changes_days_long_past()
    {
        await using var example = await Example.OfAsync(Around + """
            # alerts
            alert_id,raised_at,incident_id
            a1,2026-05-01T00:00:00Z,real
            """);
        await example.Database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken);
        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 1);

        await example.ImportAsync("""
            # incidents
            incident_id,severity,status,detected_at,updated_at
            real,4,false_alarm,2026-01-01T00:00:00Z,2026-11-22T00:00:00Z
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(0, 1);
    }
}
