using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards;

namespace Metrics.Benchmarks.Kpis;

/// <summary>What readers wait for, beside the least that SQL written by hand needs.</summary>
internal static class ReadBenchmark
{
    private static readonly string[] Compared = ["2026-04-01", "2026-01-01", "2025-04-01"];

    public static async Task RunAsync(BenchmarkDatabase database, KpiReport report, string folder, CancellationToken cancellation)
    {
        await using var connection = await database.Application.OpenConnectionAsync(cancellation);
        await HandWritten.PrepareAsync(connection, cancellation);
        try
        {
            await LatencyAsync(database, report, cancellation);
            await ThroughputBenchmark.RunAsync(database, report, folder, cancellation);
            await WholeAsync(database, report, cancellation);
        }
        finally
        {
            await HandWritten.DropAsync(connection);
        }
    }

    private static async Task LatencyAsync(BenchmarkDatabase database, KpiReport report, CancellationToken cancellation)
    {
        var calendar = database.Settings.Calendar;
        var (closed, five) = (Period.Parse("2026-Q2", calendar), Period.Parse("2025-04-01/2026-07-01", calendar));
        await using var hand = await HandWritten.AskAsync(database.Application, "dataset_day", cancellation, Compared[0]);
        await using var handThree = await HandWritten.AskAsync(database.Application, "dataset_day", cancellation, Compared);
        await using var handTiers = await HandWritten.AskAsync(database.Application, "tier_day", cancellation, Compared[0]);

        const string Ours = "one KPI by tier, a closed quarter: value, previous, year ago, target, status";
        const string Hand = "… the value alone, SQL by hand on (dataset, day)";
        const string HandThree = "… the three values, SQL by hand on (dataset, day)";
        const string HandTiers = "… the value alone, SQL by hand on (tier, day)";
        var times = await Timings.MediansAsync(
        [
            (Ours, () => AskAsync(closed, null, [Dimension.Tier], HandWritten.Kpi)),
            (Hand, () => hand.RunAsync(cancellation)),
            (HandThree, () => handThree.RunAsync(cancellation)),
            (HandTiers, () => handTiers.RunAsync(cancellation)),
            ("one KPI by team, a closed quarter", () => AskAsync(closed, null, [Dimension.Team], HandWritten.Kpi)),
            ("one KPI by dataset, a closed quarter", () => AskAsync(closed, null, [Dimension.Dataset], HandWritten.Kpi)),
            ("one KPI by tier and day, a closed quarter", () => AskAsync(closed, Grain.Day, [Dimension.Tier], HandWritten.Kpi)),
            ("every KPI by tier, a closed quarter", () => AskAsync(closed, null, [Dimension.Tier])),
            ("every KPI by tier, five closed quarters", () => AskAsync(five, Grain.Quarter, [Dimension.Tier])),
        ], cancellation);
        foreach (var (name, time) in times) report.Add(name, time);
        report.Add("one KPI by tier: times as fast as SQL by hand for its value on (dataset, day)", times[Hand] / times[Ours]);
        report.Add("… for its three values", times[HandThree] / times[Ours]);

        Task AskAsync(Period period, Grain? grain, IReadOnlyList<Dimension> by, params IReadOnlyList<string> kpis) =>
            database.Evaluator.EvaluateAsync(new KpiRequest(period) { Kpis = kpis, Grain = grain, By = by }, cancellation);
    }

    /// <summary>What takes longer: the day that runs is computed in the read.</summary>
    private static async Task WholeAsync(BenchmarkDatabase database, KpiReport report, CancellationToken cancellation)
    {
        var calendar = database.Settings.Calendar;
        var (closed, running) = (Period.Parse("2026-Q2", calendar), Period.Parse("2026-Q3", calendar));
        var five = new KpiRequest(Period.Parse("2025-07-01/2026-10-01", calendar)) { Grain = Grain.Quarter, By = [Dimension.Tier] };
        foreach (var (name, time) in await Timings.MediansAsync(
        [
            ("one KPI by tier, the running quarter", () => database.Evaluator.EvaluateAsync(
                new KpiRequest(running) { Kpis = [HandWritten.Kpi], By = [Dimension.Tier] }, cancellation)),
            ("every KPI by tier, five quarters up to the running one", () => database.Evaluator.EvaluateAsync(five, cancellation)),
            ("… given again, nothing written since", () => database.Evaluator.EvaluateAsync(five with { Wait = false }, cancellation)),
            ("the PDF's scorecard, a closed quarter: eight quarters, teams, datasets, companions", () => ComposeAsync(closed)),
        ], cancellation)) report.Add(name, time);

        Task ComposeAsync(Period period) => new ScorecardComposer(database.Evaluator).ComposeAsync(
            new ScorecardRequest(period, Company.Now), cancellation);
    }
}
