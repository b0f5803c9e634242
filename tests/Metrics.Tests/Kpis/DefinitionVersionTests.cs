using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Kpis;

public sealed class DefinitionVersionTests
{
    private const string Incidents =
        """
        # datasets
        dataset,tier
        orders,0
        # incidents
        incident_id,severity,status,datasets,started_at,resolved_at
        i1,1,resolved,orders,2026-05-04T00:00:00Z,2026-05-04T05:00:00Z
        i2,1,resolved,orders,2026-05-05T00:00:00Z,2026-05-05T01:00:00Z
        i3,1,open,orders,2026-05-06T00:00:00Z,
        """;

    private static readonly KpiDefinition Mttr = MetricsDatabase.Library["mttr_sev1"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_changed_file_is_a_new_version_and_the_old_one_is_kept()
    {
        await using var example = await Example.OfAsync(Incidents, now: "2026-11-01T00:00:00Z");
        await example.Database.Worker.RefreshAsync(cancellation: Cancellation);
        await example.Database.Worker.RefreshAsync(cancellation: Cancellation);
        example.Database.Clock = new FixedClock("2026-11-02T00:00:00Z");
        example.Database.Kpis = MetricsDatabase.Library.With("mttr_sev1", "new.sql", Shortened);
        await example.Database.Worker.RefreshAsync(cancellation: Cancellation);
        example.Database.Clock = new FixedClock("2026-11-03T00:00:00Z");
        example.Database.Kpis = MetricsDatabase.Library;
        await example.Database.Worker.RefreshAsync(cancellation: Cancellation);

        var versions = await new DefinitionHistory(example.Database.Application).OfAsync("mttr_sev1", Cancellation);

        versions.Select(v => (v.Since.Day, v.Text)).ShouldBe([(3, Mttr.Text), (2, Shortened), (1, Mttr.Text)]);
        (await example.TotalAsync("mttr_sev1")).Kpi.Hash.ShouldBe(versions[0].Hash);
    }

    [Fact]
    public async Task A_back_test_sets_both_values_side_by_side_and_adopts_nothing()
    {
        await using var example = await Example.OfAsync(Incidents);
        await example.Database.Worker.RefreshAsync(cancellation: Cancellation);
        var candidate = MetricsDatabase.Library.With("mttr_sev1", "new.sql", Shortened);

        var rows = await Backtest.RunAsync(
            example.Database.Evaluator, new KpiEvaluator(example.Database.Application, example.Database.Reader, candidate, example.Database.Settings, example.Database.Clock),
            "mttr_sev1", Period.Parse("2026-Q3", example.Database.Settings.Calendar), Cancellation);

        rows.Select(r => r.Period.Text).Distinct().ShouldBe(["2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]);
        rows.Where(r => r.Period.Text == "2026-Q2").Select(r => (r.IsTotal, r.Tier, r.InForce?.Value, r.Candidate?.Value, r.Difference)).ShouldBe(
        [
            (true, null, (5 + 1) / 2d, (2.5 + 0.5) / 2d, -1.5),
            (false, 0, (5 + 1) / 2d, (2.5 + 0.5) / 2d, -1.5),
        ]);
        (await example.TotalAsync("mttr_sev1")).Value.ShouldBe(3);
        (await new DefinitionHistory(example.Database.Application).OfAsync("mttr_sev1", Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public void A_candidate_must_define_the_same_KPI_whatever_its_file_is_called()
    {
        MetricsDatabase.Library.With("mttr_sev1", "/tmp/draft.sql", Shortened)["mttr_sev1"].Hash.ShouldNotBe(Mttr.Hash);

        Should.Throw<KpiFilesException>(() => MetricsDatabase.Library.With("mttr_sev1", "/tmp/draft.sql", MetricsDatabase.Library["mttr_sev2"].Text))
            .Message.ShouldContain("id is \"mttr_sev2\", but a definition of mttr_sev1 is wanted");
    }

    [Fact]
    public async Task An_explanation_has_the_sums_what_was_left_out_the_target_and_the_age_of_the_facts()
    {
        await using var example = await Example.OfAsync(Incidents + "\ni4,1,false_alarm,orders,2026-05-07T00:00:00Z,2026-05-07T01:00:00Z", now: "2026-11-01T00:00:00Z");
        await example.Database.Worker.RefreshAsync(cancellation: Cancellation);

        await using var view = await example.Database.Evaluator.ViewAsync(Cancellation);
        var explanation = await view.ExplainAsync(
            "mttr_sev1", Period.Parse("2026-Q2", example.Database.Settings.Calendar), new Dictionary<Dimension, string?> { [Dimension.Tier] = "0" }, cancellation: Cancellation);

        var row = explanation.Rows.ShouldHaveSingleItem();
        (row.Numerator, row.Denominator, row.N, row.Excluded, row.Tier).ShouldBe((6m, 2m, 2, 1, 0));
        row.Target!.Origin.ShouldBe("queries/kpis/mttr_sev1.sql");
        explanation.Counted.Select(o => o.Record!.Key).ShouldBe(["i1", "i2"]);
        explanation.Reasons.ShouldBe([("status false alarm", 1)]);
        explanation.DefinedSince.ShouldBe(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
        var fact = explanation.Facts.Single(f => f.Fact == "incident");
        (fact.Source, Path.GetFileName(fact.Name), fact.CoveredUntil).ShouldBe(("canonical", "incidents.csv", new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    /// <summary>Half the time: a definition that differs in a way one can see.</summary>
    private static string Shortened => Mttr.Text.Replace(" as value", " / 2 as value", StringComparison.Ordinal);
}
