using Metrics.Kpis;
using Metrics.Model;

namespace Metrics.Tests.Kpis;

public sealed class RoadmapPredictabilityTests
{
    private const string Kpi = "roadmap_predictability";
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commitments_are_those_made_by_the_fifteenth_day_and_delivered_is_completed_or_rescoped_with_agreement()
    {
        await using var example = await Example.OfAsync("""
            # roadmap_items
            item_id,quarter,committed_at,completed_at,rescoped_at,rescope_agreed_by,cancelled_at
            r1,2026-Q2,2025-12-01T00:00:00Z,2026-04-01T00:00:00Z,,,
            r2,2026-Q2,2026-04-15T00:00:00Z,2026-06-30T23:59:59.999999Z,,,
            r3,2026-Q2,2026-04-15T00:00:00.000001Z,2026-05-01T00:00:00Z,,,
            r4,2026-Q2,2026-04-01T00:00:00Z,2026-07-01T00:00:00Z,,,
            r5,2026-Q2,2026-03-01T00:00:00Z,2026-03-31T23:59:59.999999Z,,,
            r6,2026-Q2,2026-04-01T00:00:00Z,,2026-05-01T00:00:00Z,Head of Data,
            r7,2026-Q2,2026-04-01T00:00:00Z,,2026-05-01T00:00:00Z,,
            r8,2026-Q2,2026-04-01T00:00:00Z,,,Head of Data,
            r9,2026-Q2,2026-04-01T00:00:00Z,,,,2026-05-01T00:00:00Z
            r10,2026-Q2,,2026-05-01T00:00:00Z,,,
            r11,2026-Q2,2026-04-01T00:00:00Z,,2026-07-01T00:00:00Z,Head of Data,
            r12,2026-Q2,2026-04-01T00:00:00Z,,2026-03-31T23:59:59.999999Z,Head of Data,
            r13,2026-Q3,2026-04-01T00:00:00Z,2026-05-01T00:00:00Z,,,
            """);

        // r1, r2 and r6, of all but r3, r10 and the next quarter's r13.
        (await example.TotalAsync(Kpi)).ShouldBeRatio(3, 10);
        (await example.LeftOutAsync(Kpi)).ShouldBe(new Dictionary<string, string>
        {
            ["r3/2026-Q2"] = "added later than 14 days into the quarter",
            ["r10/2026-Q2"] = "never committed",
        }, ignoreOrder: true);
        (await example.EvidenceAsync(Kpi)).Single(o => o.Record!.Key == "r6/2026-Q2").Note.ShouldBe("re-scoped with agreement");
    }

    [Fact]
    public async Task A_year_adds_up_its_quarters()
    {
        await using var example = await Example.OfAsync("""
            # roadmap_items
            item_id,quarter,committed_at,completed_at
            r1,2026-Q1,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z
            r2,2026-Q3,2026-07-01T00:00:00Z,2026-08-01T00:00:00Z
            r3,2026-Q3,2026-07-01T00:00:00Z,2026-10-01T00:00:00Z
            r4,2025-Q4,2025-10-01T00:00:00Z,
            """, now: "2027-02-01T00:00:00Z");

        (await example.TotalAsync(Kpi, "2026")).ShouldBeRatio(2, 3);
        var quarters = await example.Database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse("2026", example.Database.Settings.Calendar)) { Kpis = [Kpi], Grain = Grain.Quarter }, Cancellation);
        quarters.Select(q => (q.Period.Text, q.Value)).ShouldBe([("2026-Q1", 1), ("2026-Q2", null), ("2026-Q3", 0.5), ("2026-Q4", null)]);
    }

    [Fact]
    public async Task Quarters_are_those_of_the_fiscal_year_in_the_reporting_zone()
    {
        // The fiscal year 2027 begins in April 2026. In New York its first quarter runs from 04:00Z to 04:00Z.
        await using var example = await Example.OfAsync(
            """
            # roadmap_items
            item_id,quarter,committed_at,completed_at
            r1,2027-Q1,2026-04-15T04:00:00Z,2026-07-01T03:59:59.999999Z
            r2,2027-Q1,2026-04-15T04:00:00.000001Z,2026-05-01T00:00:00Z
            r3,2027-Q1,2026-04-01T00:00:00Z,2026-07-01T04:00:00Z
            r4,2027-Q1,2026-03-01T00:00:00Z,2026-04-01T03:59:59.999999Z
            r5,2026-Q2,2025-07-01T00:00:00Z,2026-05-01T00:00:00Z
            """,
            zone: "America/New_York", fiscalStart: 4);

        (await example.TotalAsync(Kpi, "2027-Q1")).ShouldBeRatio(1, 3);
        (await example.TotalAsync(Kpi, "2026-Q2")).ShouldBeRatio(0, 1);
    }

    [Fact]
    public async Task While_the_quarter_runs_every_commitment_counts_and_the_quarter_before_is_seen_as_it_then_was()
    {
        // 45.5 days of the quarter are over: of the one before, all up to 15 February 12:00.
        await using var example = await Example.OfAsync("""
            # roadmap_items
            item_id,quarter,committed_at,completed_at
            r1,2026-Q2,2026-04-01T00:00:00Z,2026-05-01T00:00:00Z
            r2,2026-Q2,2026-04-01T00:00:00Z,
            r3,2026-Q2,2026-04-01T00:00:00Z,2026-06-01T00:00:00Z
            p1,2026-Q1,2026-01-01T00:00:00Z,2026-02-15T11:59:59.999999Z
            p2,2026-Q1,2026-01-01T00:00:00Z,2026-02-15T12:00:00Z
            """, now: "2026-05-16T12:00:00Z");
        await example.Database.Worker.RefreshAsync(cancellation: Cancellation);

        var row = await example.TotalAsync(Kpi);

        row.ShouldBeRatio(1, 3);
        (row.Partial, row.Previous).ShouldBe((true, 0.5));
        (await example.TotalAsync(Kpi, "2026-Q1")).ShouldBeRatio(2, 2);
    }

    [Fact]
    public async Task What_is_committed_or_completed_later_than_now_is_not_known_yet()
    {
        await using var example = await Example.OfAsync("""
            # roadmap_items
            item_id,quarter,committed_at,completed_at
            r1,2026-Q2,2026-04-01T00:00:00Z,2026-04-10T00:00:00Z
            r2,2026-Q2,2026-04-10T00:00:00Z,
            """, now: "2026-04-10T00:00:00Z");

        (await example.TotalAsync(Kpi)).ShouldBeRatio(0, 1);
        example.Database.Clock = new Storage.FixedClock("2026-04-10T00:00:00.000001Z");
        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 2);
    }

    [Fact]
    public async Task A_record_that_changes_changes_the_quarter_at_once()
    {
        await using var example = await Example.OfAsync("""
            # roadmap_items
            item_id,quarter,committed_at,completed_at
            r1,2026-Q2,2026-04-10T00:00:00Z,
            """);
        await example.Database.Worker.RefreshAsync(cancellation: Cancellation);
        (await example.TotalAsync(Kpi)).ShouldBeRatio(0, 1);

        await example.ImportAsync("""
            # roadmap_items
            item_id,quarter,committed_at,completed_at,updated_at
            r1,2026-Q2,2026-04-10T00:00:00Z,2026-06-01T00:00:00Z,2026-11-22T00:00:00Z
            """);

        (await example.TotalAsync(Kpi)).ShouldBeRatio(1, 1);
    }

    [Theory]
    [InlineData("2026-05", null, "by month")]
    [InlineData("2026-05", Grain.Quarter, "by month")]
    [InlineData("2026-Q2", Grain.Month, "by month")]
    [InlineData("2026-04-01/2026-07-01", null, "over a range of days, as 2026-04-01/2026-07-01 is")]
    [InlineData("2026-04-02/2026-10-01", Grain.Quarter, "over a range of days, as 2026-04-02/2026-07-01 is")]
    public async Task Any_other_period_is_refused_and_in_a_list_not_defined(string period, Grain? grain, string how)
    {
        await using var example = await Example.OfAsync("# roadmap_items\nitem_id,quarter");
        var asked = new KpiRequest(Period.Parse(period, example.Database.Settings.Calendar)) { Grain = grain };
        var why = $"roadmap_predictability is not defined {how}; it is by quarter, year.";

        (await Should.ThrowAsync<KpiException>(() => example.Database.Evaluator.EvaluateAsync(asked with { Kpis = [Kpi] }, Cancellation)))
            .Message.ShouldBe(why);
        var row = (await example.Database.Evaluator.EvaluateAsync(asked with { Kpis = [Kpi, "incident_rate"] }, Cancellation))[0];
        (row.Status, row.Value, row.Reason).ShouldBe((KpiStatus.NotDefined, null, why));
        if (grain is null) (await Should.ThrowAsync<KpiException>(() => example.EvidenceAsync(Kpi, period))).Message.ShouldBe(why);
    }

    [Fact]
    public async Task A_range_of_whole_quarters_can_be_asked_for_by_quarter()
    {
        await using var example = await Example.OfAsync("""
            # roadmap_items
            item_id,quarter,committed_at
            r1,2026-Q2,2026-04-01T00:00:00Z
            """);

        var rows = await example.Database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse("2026-01-01/2026-07-01", example.Database.Settings.Calendar)) { Kpis = [Kpi], Grain = Grain.Quarter },
            Cancellation);

        rows.Select(r => (r.Period.Text, r.Value)).ShouldBe([("2026-Q1", null), ("2026-Q2", 0)]);
    }

    [Fact]
    public async Task A_quarter_that_cannot_be_read_is_rejected()
    {
        await using var database = await Storage.MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

        var outcome = await database.ImportAsync(Example.Files("# roadmap_items\nitem_id,quarter\nr1,Q2 2026\nr2,2026-Q5\nr3,2026-Q2"));

        outcome.Single().Report!.Rejections.Select(r => r.Reason)
            .ShouldBe(["quarter is \"Q2 2026\"; write the fiscal quarter as 2026-Q3", "quarter is \"2026-Q5\"; write the fiscal quarter as 2026-Q3"]);
    }
}
