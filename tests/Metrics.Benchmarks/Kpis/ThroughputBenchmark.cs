using System.Diagnostics;
using System.Globalization;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Model.Facts;

namespace Metrics.Benchmarks.Kpis;

/// <summary>Answers per second to the same question: for one client and for eight, alone and while runs are imported beside.</summary>
internal static class ThroughputBenchmark
{
    private const int Clients = 8;
    private const int Rounds = 3;
    private const int ImportedRuns = 1000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(BenchmarkDatabase database, KpiReport report, string folder, CancellationToken cancellation)
    {
        var closed = new KpiRequest(Period.Parse("2026-Q2", database.Settings.Calendar)) { Kpis = [HandWritten.Kpi], By = [Dimension.Tier], Wait = false };
        foreach (var clients in (int[])[1, Clients])
            await CompareAsync($"{clients} at once", clients, database, closed, report, cancellation);

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var imports = ImportAsync(database, folder, stopping.Token, cancellation);
        await CompareAsync($"{Clients} at once, runs of the running quarter imported and recomputed beside", Clients, database, closed, report, cancellation);
        await stopping.CancelAsync();
        report.Add("… imports and recomputations meanwhile", KpiReport.Number(await imports), $"{KpiReport.Number(ImportedRuns)} runs each");
    }

    private static async Task CompareAsync(
        string what, int clients, BenchmarkDatabase database, KpiRequest request, KpiReport report, CancellationToken cancellation)
    {
        var stale = 0;
        List<double> anew = [], remembered = [], byHand = [];
        for (var round = 0; round < Rounds; round++)
        {
            anew.Add(await PerSecondAsync(clients, () => Of(database.Forgetful)));
            remembered.Add(await PerSecondAsync(clients, () => Of(database.Evaluator)));
            byHand.Add(await PerSecondAsync(clients, async () =>
            {
                var question = await HandWritten.AskAsync(database.Application, "dataset_day", cancellation, "2026-04-01");
                return (() => question.RunAsync(cancellation), question);
            }));
        }

        var hand = Median(byHand);
        report.Add($"answers per second, {what}, each anew", Rate(Median(anew)), Times(Median(anew)));
        report.Add("… remembered while nothing is written", Rate(Median(remembered)), Times(Median(remembered)));
        report.Add("… SQL by hand on (dataset, day), its value alone", Rate(hand), $"{stale} of our answers were stale");

        string Times(double ours) => string.Create(CultureInfo.InvariantCulture, $"{ours / hand:0.0} times as many as by hand");

        Task<(Func<Task>, IAsyncDisposable?)> Of(KpiEvaluator evaluator) => Task.FromResult<(Func<Task>, IAsyncDisposable?)>((() => AskAsync(evaluator), null));

        async Task AskAsync(KpiEvaluator evaluator)
        {
            var rows = await evaluator.EvaluateAsync(request, cancellation);
            if (rows.Count == 0 || rows.All(r => r.Value is null)) throw new InvalidDataException("The KPI has no value: build kpi.daily first.");
            if (rows.Any(r => r.Stale)) Interlocked.Increment(ref stale);
        }
    }

    private static async Task<double> PerSecondAsync(int clients, Func<Task<(Func<Task> Ask, IAsyncDisposable? Held)>> client)
    {
        var asked = 0;
        var held = new List<IAsyncDisposable>();
        var asks = new List<Func<Task>>();
        for (var i = 0; i < clients; i++)
        {
            var (ask, disposable) = await client();
            await ask();
            asks.Add(ask);
            if (disposable is not null) held.Add(disposable);
        }

        var watch = Stopwatch.StartNew();
        await Task.WhenAll(asks.Select(ask => Task.Run(async () =>
        {
            while (watch.Elapsed < Duration)
            {
                await ask();
                Interlocked.Increment(ref asked);
            }
        })));
        var rate = asked / watch.Elapsed.TotalSeconds;
        foreach (var one in held) await one.DisposeAsync();
        return rate;
    }

    /// <summary>Imports newer versions of the same runs, and recomputes their days, over and over.</summary>
    /// <returns>How often.</returns>
    private static async Task<int> ImportAsync(
        BenchmarkDatabase database, string folder, CancellationToken stopping, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, "pipeline_runs.csv");
        var times = 0;
        await using var connection = await database.Application.OpenConnectionAsync(cancellation);
        while (!stopping.IsCancellationRequested)
        {
            times++;
            await CanonicalExport.WriteAsync<PipelineRun>(connection, string.Create(CultureInfo.InvariantCulture,
                $"""
                select (jsonb_populate_record(null::fact.pipeline_run, to_jsonb(r) || jsonb_build_object('rows_written', rows_written + 1,
                  'updated_at', updated_at + interval '1 second'))).*
                from (select * from fact.pipeline_run where scheduled_for >= '2026-09-28' order by scheduled_for limit {ImportedRuns}) r
                """), file, cancellation);
            await database.ImportAsync(file, cancellation);
            await database.Worker.RefreshAsync(null, cancellation);
        }

        return times;
    }

    private static double Median(List<double> rates) => rates.Order().ElementAt(rates.Count / 2);

    private static string Rate(double perSecond) => perSecond.ToString("N0", CultureInfo.InvariantCulture);
}
