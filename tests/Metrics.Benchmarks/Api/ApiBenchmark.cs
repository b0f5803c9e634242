using System.ComponentModel;
using System.Net.Sockets;
using Metrics.Benchmarks.Kpis;
using Metrics.Benchmarks.Load;
using Metrics.Storage;
using Metrics.Storage.Embedded;
using Npgsql;

namespace Metrics.Benchmarks.Api;

/// <summary>The API as BI tools use it: the real program over HTTP, on a company that the benchmark of the KPIs has kept, beside others.</summary>
internal static class ApiBenchmark
{
    public static async Task<int> RunAsync(ApiOptions options, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(options.Data, KpiBenchmark.SizeFile)))
        {
            Say($"{options.Data} does not hold a company; \"kpi --data {options.Data} --keep --part build\" makes one.");
            return 1;
        }

        try
        {
            LoadGenerator.UseOneThread();
            var report = new ApiReport();
            await RunAsync(options, report, cancellation);
            Console.Write($"\n{report.ToText()}");
            if (options.Out is { } file) await File.WriteAllTextAsync(file, report.ToMarkdown(), cancellation);
            return 0;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Say("Stopped.");
            return 130;
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or InvalidDataException or InvalidOperationException
            or HttpRequestException or Win32Exception or NpgsqlException or PostgresUnavailableException or StorageException)
        {
            Say($"The run failed: {e.Message}");
            return 1;
        }
    }

    private static async Task RunAsync(ApiOptions options, ApiReport report, CancellationToken cancellation)
    {
        await using var database = await BenchmarkDatabase.OpenAsync(
            Path.Combine(options.Data, "database"), TimeProvider.System, durable: true, cancellation);
        Say("Computing the days up to today …");
        await database.Worker.RefreshAsync(null, cancellation);
        await using var connection = await database.Application.OpenConnectionAsync(cancellation);
        await HandWritten.PrepareAsync(connection, cancellation);
        var scratch = Directory.CreateTempSubdirectory("metrics-benchmark-").FullName;
        try
        {
            var runs = await connection.ScalarAsync<long>("select count(*) from fact.pipeline_run", cancellation);
            report.Note($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores, {KpiReport.Number(runs)} runs, PostgreSQL {database.Version}.");
            foreach (var part in ApiOptions.Parts.Where(p => options.Part is null || p == options.Part))
            {
                await (part switch
                {
                    "answers" => AnswersBenchmark.RunAsync(options, database, scratch, report, cancellation),
                    "months" => MonthsBenchmark.RunAsync(options, database, scratch, report, cancellation),
                    _ => ExportBenchmark.RunAsync(options, scratch, report, cancellation),
                });
            }
        }
        finally
        {
            await HandWritten.DropAsync(connection);
            Directory.Delete(scratch, recursive: true);
        }
    }

    public static void Say(string text) => Console.Error.WriteLine(text);
}
