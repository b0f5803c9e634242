using Metrics.Kpis;
using Metrics.Model;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Kpis;

public sealed class KpiEvaluatorTests : IAsyncLifetime
{
    private MetricsDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_quarter_by_tier_over_all_kpis()
    {
        var outcomes = await database.ImportAsync(
            ("datasets.csv", """
                dataset,valid_from,tier,team,freshness_max_age,lifecycle
                orders,,0,sales,PT2H,active
                customers,,1,crm,,active
                """),
            ("pipelines.csv", "pipeline,datasets\nload_orders,orders\nload_customers,customers\n"),
            ("pipeline_runs.csv", """
                pipeline,run_id,attempt,scheduled_for,started_at,ended_at,state,trigger
                load_orders,r1,1,2026-04-01T00:00:00Z,2026-04-01T00:00:00Z,2026-04-01T00:10:00Z,success,scheduled
                load_orders,r2,1,2026-04-02T00:00:00Z,2026-04-02T00:00:00Z,2026-04-02T00:10:00Z,failed,scheduled
                load_orders,r2,2,2026-04-02T00:00:00Z,2026-04-02T00:20:00Z,2026-04-02T06:00:00Z,success,scheduled
                load_customers,r1,1,2026-04-02T00:00:00Z,2026-04-02T00:20:00Z,2026-04-02T00:30:00Z,success,
                """),
            ("incidents.csv", """
                incident_id,title,severity,status,datasets,started_at,detected_at,resolved_at,cause
                i1,Orders gone,1,resolved,orders;customers,2026-05-01T00:00:00Z,2026-05-01T00:10:00Z,2026-05-01T03:00:00Z,change
                """));
        outcomes.ShouldAllBe(o => o.Refused == null && o.Report!.Rejected == 0);
        (await database.Worker.RefreshAsync(cancellation: TestContext.Current.CancellationToken)).ShouldBeGreaterThan(0);

        var rows = await database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse("2026-Q2", ReportingCalendar.Utc)) { By = [Dimension.Tier] },
            TestContext.Current.CancellationToken);

        foreach (var row in rows)
            TestContext.Current.SendDiagnosticMessage($"{row.Kpi.Id} {row.Group[Dimension.Tier]} {row.Value} {row.Numerator}/{row.Denominator} n={row.N} {row.Status} {row.Reason}");
        rows.Single(r => r.Kpi.Id == "pipeline_success_rate" && r.Group[Dimension.Tier] == "0").Value.ShouldBe(0.5);
        rows.Single(r => r.Kpi.Id == "mttr_sev1" && r.Group[Dimension.Tier] == "0").Value.ShouldBe(3);

        // 2 April: fresh from 06:00 to 08:00, two of 24 hours; every other day of the quarter after it: not at all.
        rows.Single(r => r.Kpi.Id == "freshness_adherence" && r.Group[Dimension.Tier] == "0").Value!.Value.ShouldBe(2d / 24 / 90, 1e-12);
    }
}
