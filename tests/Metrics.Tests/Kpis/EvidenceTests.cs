using Metrics.Kpis;
using Metrics.Model;
using Metrics.Tests.Kpis.Reference;
using Metrics.Tests.Storage;

namespace Metrics.Tests.Kpis;

/// <summary>Every value can be opened, and what is found inside adds up to it.</summary>
public sealed class EvidenceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(31, "2026-11-21T12:00:00Z")]
    [InlineData(32, "2026-05-13T09:17:31.25Z")]
    public async Task The_aggregation_applied_to_the_evidence_gives_the_value(int seed, string now)
    {
        await using var database = await MetricsDatabase.CreateAsync(
            now, new ReportingSettings { Rates = ExchangeRates.Parse("USD 2020-01-01 0.9, CHF 2020-01-01 1.05") });
        await database.ImportAsync(RandomCompany.Make(seed).Files());
        var period = Period.Parse("2026-Q2", database.Settings.Calendar);
        foreach (var kpi in database.Kpis.Definitions)
        {
            var rows = new List<KpiRow>();
            if (!kpi.Grains.Contains(Grain.Quarter)) continue;
            foreach (var by in new[] { null, Dimension.Tier, Dimension.Team, (Dimension?)Dimension.Unit }.Where(d => d is null || kpi.Dimensions.Contains(d.Value))
                .Select(d => d is null ? Array.Empty<Dimension>() : [d.Value]))
                rows.AddRange(await database.Evaluator.EvaluateAsync(new KpiRequest(period) { Kpis = [kpi.Id], By = by }, Cancellation));
            foreach (var row in rows.Where(r => !r.Suppressed))
            {
                var evidence = await database.Evaluator.EvidenceAsync(kpi.Id, period, row.Group, Cancellation);

                var counted = evidence.Where(o => o.Excluded is null).ToList();
                (counted.Count, evidence.Count - counted.Count).ShouldBe(((int)row.N, (int)row.Excluded), $"{kpi.Id} {row.Group.Values.SingleOrDefault()}");
                evidence.Where(o => !o.Suppressed).ShouldAllBe(o => o.Record != null && o.Record.Batch > 0 && o.Record.Source == "canonical");
                if (evidence.Any(o => o.Suppressed)) continue;
                Same(Value(kpi, counted, row), row.Value).ShouldBeTrue($"{kpi.Id} {row.Group.Values.SingleOrDefault()}");
            }
        }
    }

    [Fact]
    public async Task A_row_names_the_fact_its_source_its_key_and_the_batch_that_wrote_it()
    {
        await using var example = await Example.OfAsync("""
            # incidents
            source,connection,incident_id,title,severity,detected_at
            pagerduty,eu,P/1,Orders gone,1,2026-05-01T00:00:00Z
            """);

        var row = (await example.EvidenceAsync("incident_rate")).ShouldHaveSingleItem();

        row.Record.ShouldBe(new SourceRecord("incident", "pagerduty", "eu", ["P/1"], 1));
        row.Note.ShouldBe("Orders gone");
    }

    private static double? Value(KpiDefinition kpi, List<Observation> counted, KpiRow row) => kpi.Kind switch
    {
        KpiKind.Median => Median([.. counted.Select(o => o.Value!.Value).Order()]),
        KpiKind.Mean => counted.Count == 0 ? null : counted.Average(o => o.Value),
        _ when counted.Exists(o => o.Unknown is not null) || row.Reason == "No cost was recorded in the period." => null,
        KpiKind.Sum => row.Value is null ? null : counted.Sum(o => o.Value),
        KpiKind.State when kpi.IsCount => row.Value is null ? null : (double)counted.Sum(o => o.Numerator)!,
        KpiKind.Rate => row.Value is null ? null : counted.Count / (double)row.Denominator!.Value,
        KpiKind.Ratio or KpiKind.State or KpiKind.UnitCost => counted.Sum(o => o.Denominator) is null or 0
            ? null
            : (double)(counted.Sum(o => o.Numerator) / counted.Sum(o => o.Denominator))!,
        _ => throw new ArgumentOutOfRangeException(nameof(kpi)),
    };

    private static double? Median(List<double> sorted) =>
        sorted.Count == 0 ? null : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;

    private static bool Same(double? left, double? right) =>
        left is null == right is null && (left is null || Math.Abs(left.Value - right!.Value) <= 1e-9 * Math.Max(1, Math.Abs(left.Value)));
}
