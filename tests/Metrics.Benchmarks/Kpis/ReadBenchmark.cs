using Metrics.Kpis;
using Metrics.Model;
using Metrics.Scorecards;
using Metrics.Storage;
using Npgsql;

namespace Metrics.Benchmarks.Kpis;

/// <summary>What readers wait for, beside the least that SQL written by hand over the same tables needs.</summary>
internal static class ReadBenchmark
{
    private const string Kpi = "pipeline_success_rate";

    public static async Task RunAsync(BenchmarkDatabase database, KpiReport report, CancellationToken cancellation)
    {
        var calendar = database.Settings.Calendar;
        var (closed, running) = (Period.Parse("2026-Q2", calendar), Period.Parse("2026-Q3", calendar));
        await using var connection = await database.Application.OpenConnectionAsync(cancellation);
        await using var value = await ByHandAsync(connection, "kpi.month", "month", "'2026-04-01'", cancellation);
        await using var compared = await ByHandAsync(connection, "kpi.month", "month", "'2026-04-01', '2026-01-01', '2025-04-01'", cancellation);
        await using var fromDays = await ByHandAsync(connection, "kpi.daily", "day", "'2026-04-01'", cancellation);

        const string Ours = "one KPI by tier, a quarter: value, previous, year ago, status";
        const string HandValue = "… the value alone, SQL by hand on the same roll-up";
        const string HandCompared = "… the three quarters, SQL by hand on the same roll-up";
        const string HandDays = "… the value alone, SQL by hand on kpi.daily";
        var times = await Timings.MediansAsync(
        [
            (Ours, () => AskAsync(closed, null, [Dimension.Tier], Kpi)),
            (HandValue, () => value.ExecuteNonQueryAsync(cancellation)),
            (HandCompared, () => compared.ExecuteNonQueryAsync(cancellation)),
            (HandDays, () => fromDays.ExecuteNonQueryAsync(cancellation)),
            ("one KPI by dataset, a quarter", () => AskAsync(closed, null, [Dimension.Dataset], Kpi)),
            ("one KPI by tier and day, a quarter", () => AskAsync(closed, Grain.Day, [Dimension.Tier], Kpi)),
            ("one KPI by tier, the running quarter", () => AskAsync(running, null, [Dimension.Tier], Kpi)),
            ("every KPI by tier and month, a quarter", () => AskAsync(closed, Grain.Month, [Dimension.Tier])),
            ("every KPI by tier and month, the running quarter", () => AskAsync(running, Grain.Month, [Dimension.Tier])),
            ("every KPI by tier, five quarters", () => AskAsync(Period.Parse("2025-04-01/2026-07-01", calendar), Grain.Quarter, [Dimension.Tier])),
            ("the whole scorecard, a closed quarter", () => ComposeAsync(closed)),
            ("the whole scorecard, the running quarter", () => ComposeAsync(running)),
        ], cancellation);
        foreach (var (name, time) in times) report.Add(name, time);
        report.Add("speed of one KPI by tier: of the SQL by hand for the same three quarters", times[HandCompared] / times[Ours]);
        report.Add("… of the SQL by hand for the value alone", times[HandValue] / times[Ours]);

        Task AskAsync(Period period, Grain? grain, IReadOnlyList<Dimension> by, params IReadOnlyList<string> kpis) =>
            database.Evaluator.EvaluateAsync(new KpiRequest(period) { Kpis = kpis, Grain = grain, By = by }, cancellation);

        Task ComposeAsync(Period period) => new ScorecardComposer(database.Evaluator).ComposeAsync(
            new ScorecardRequest(period, Company.Now), cancellation);
    }

    /// <summary>The ratio of a KPI by tier over the quarters that begin on these days.</summary>
    private static async Task<NpgsqlCommand> ByHandAsync(
        NpgsqlConnection connection, string table, string starts, string quarters, CancellationToken cancellation)
    {
        var command = connection.Command(
            $"""
            select q.starts, c.tier, sum(d.numerator) / sum(d.denominator)
            from unnest(array[{quarters}]::date[]) as q(starts)
            join {table} d on d.kpi = '{Kpi}' and d.{starts} >= q.starts and d.{starts} < q.starts + interval '3 months'
            join kpi.cell c using (cell)
            group by q.starts, c.tier
            """);
        await command.PrepareAsync(cancellation);
        return command;
    }
}
