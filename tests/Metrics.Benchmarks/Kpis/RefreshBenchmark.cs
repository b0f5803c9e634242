using Metrics.Model.Facts;
using Metrics.Storage;

namespace Metrics.Benchmarks.Kpis;

/// <summary>Building <c>kpi.daily</c> from nothing, and keeping it current after an import.</summary>
internal static class RefreshBenchmark
{
    private const string Day = "2026-09-29";

    public static async Task BuildAsync(BenchmarkDatabase database, KpiReport report, CancellationToken cancellation)
    {
        await using var connection = await database.Application.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync("truncate kpi.daily, kpi.month, kpi.computed_day, kpi.stale, kpi.computed, kpi.reads, kpi.cell", cancellation);
        var days = 0;
        var progress = new Steps(step => Console.Error.WriteLine($"  {step.Done} of {step.Of}  {step.Kpi}  {step.Days} days"));
        var (time, heap) = await Timings.WatchedAsync(async () => days = await database.Worker.RefreshAsync(progress, cancellation));
        foreach (var table in (string[])["daily", "month", "cell", "computed_day"])
            await connection.ExecuteAsync($"vacuum (analyze) kpi.{table}", cancellation);
        report.Add("first build of kpi.daily", time,
            $"{KpiReport.Number(days)} days of {database.Library.Definitions.Count} KPIs, {KpiReport.Number(await connection.ScalarAsync<long>("select count(*) from kpi.daily", cancellation))} rows; heap at most {KpiReport.Megabytes(heap)}");
    }

    /// <summary>A day's runs, once as they are stored and once as new ones beside them, twice as many, which are taken away again.</summary>
    public static async Task IncrementAsync(BenchmarkDatabase database, KpiReport report, string folder, CancellationToken cancellation)
    {
        const string Stored = $"select * from fact.pipeline_run where scheduled_for >= '{Day}' and scheduled_for < '{Day}'::date + 1 and run_id not like 'late%'";
        var file = Path.Combine(folder, "pipeline_runs.csv");
        await using var connection = await database.Application.OpenConnectionAsync(cancellation);
        await CanonicalExport.WriteAsync<PipelineRun>(connection, Stored, file, cancellation);
        var (time, again) = await ImportAsync(database, file, cancellation);
        if (again.New + again.Changed > 0)
            throw new InvalidDataException($"An import of stored runs found {again.New} new and {again.Changed} changed ones: they are not stored as an import would.");
        report.Add("import of a day's runs that are stored already", time, $"{KpiReport.Number(again.Same)} runs");

        // A service has been running when a batch comes: what it does for the first time is not what is asked here.
        await connection.ExecuteAsync($"delete from kpi.computed_day where day >= '{Day}'", cancellation);
        await database.Worker.RefreshAsync(null, cancellation);

        await CanonicalExport.WriteAsync<PipelineRun>(connection,
            $"select (jsonb_populate_record(null::fact.pipeline_run, to_jsonb(r) || jsonb_build_object('run_id', 'late' || run_id))).* from ({Stored}) r", file, cancellation);
        var (arrived, late) = await ImportAsync(database, file, cancellation);
        report.Add("import of a day's new runs", arrived, $"{KpiReport.Number(late.New)} runs");
        await RefreshAsync("recomputation after it");

        foreach (var table in (string[])["pipeline_run", "effective_output"])
            await connection.ExecuteAsync($"delete from fact.{table} where batch = $1", cancellation, late.Batch);
        await connection.ExecuteAsync($"delete from kpi.computed_day where day >= '{Day}'", cancellation);
        await RefreshAsync("recomputation of one day of every KPI");

        async Task RefreshAsync(string what)
        {
            var days = 0;
            var (spent, heap) = await Timings.WatchedAsync(async () => days = await database.Worker.RefreshAsync(null, cancellation));
            report.Add(what, spent, $"{days} days of KPIs; heap at most {KpiReport.Megabytes(heap)}");
        }
    }

    private static async Task<(TimeSpan Time, Metrics.Storage.Ingestion.BatchReport Report)> ImportAsync(
        BenchmarkDatabase database, string file, CancellationToken cancellation)
    {
        Metrics.Storage.Ingestion.BatchReport? report = null;
        var time = await Timings.OnceAsync(async () => report = (await database.ImportAsync(file, cancellation))[0]);
        return (time, report!);
    }

    private sealed class Steps(Action<Metrics.Kpis.RefreshProgress> say) : IProgress<Metrics.Kpis.RefreshProgress>
    {
        public void Report(Metrics.Kpis.RefreshProgress value) => say(value);
    }
}
