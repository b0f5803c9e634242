using System.Globalization;
using Metrics.Sources;
using Metrics.Storage;
using Metrics.Storage.Embedded;
using Npgsql;

namespace Metrics.Benchmarks.Kpis;

/// <summary>Two years of a company in a database of its own: how long they take to become values, and the values to be read.</summary>
internal static class KpiBenchmark
{
    /// <summary>Names the size of the company that a kept folder holds, once it holds all of it.</summary>
    internal const string SizeFile = "runs.txt";

    public static async Task<int> RunAsync(KpiBenchmarkOptions options, CancellationToken cancellation)
    {
        var data = options.Data ?? Directory.CreateTempSubdirectory("metrics-benchmark-").FullName;
        try
        {
            var report = new KpiReport();
            await RunAsync(options, data, report, cancellation);
            Console.Write($"\n{report}");
            if (options.Out is { } file) await File.WriteAllTextAsync(file, report.ToMarkdown(), cancellation);
            return 0;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Say("Stopped.");
            return 130;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or NpgsqlException or PostgresUnavailableException or StorageException or SourceException)
        {
            Say(e.Message);
            return 1;
        }
        finally
        {
            if (!options.Keep && Directory.Exists(data)) Directory.Delete(data, recursive: true);
        }
    }

    private static async Task RunAsync(KpiBenchmarkOptions options, string data, KpiReport report, CancellationToken cancellation)
    {
        var company = new Company(options.Runs);
        var clock = new StandingClock(Company.Now);
        await GenerateAsync(company, data, clock, cancellation);
        await using var database = await BenchmarkDatabase.OpenAsync(Path.Combine(data, "database"), clock, durable: true, cancellation);
        var scratch = Directory.CreateDirectory(Path.Combine(data, "scratch")).FullName;
        try
        {
            await DescribeAsync(database, report, cancellation);
            foreach (var part in KpiBenchmarkOptions.Parts.Where(p => options.Part is null || p == options.Part))
            {
                Say($"Measuring: {part} …");
                await (part switch
                {
                    "build" => RefreshBenchmark.BuildAsync(database, report, cancellation),
                    "increment" => RefreshBenchmark.IncrementAsync(database, report, scratch, cancellation),
                    "read" => ReadBenchmark.RunAsync(database, report, scratch, cancellation),
                    _ => IngestBenchmark.RunAsync(database, company, scratch, report, cancellation),
                });
            }
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static async Task GenerateAsync(Company company, string data, TimeProvider clock, CancellationToken cancellation)
    {
        var size = Path.Combine(data, SizeFile);
        var wanted = company.Runs.ToString(CultureInfo.InvariantCulture);
        if (File.Exists(size) && await File.ReadAllTextAsync(size, cancellation) == wanted) return;
        if (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())
            throw new InvalidDataException($"{data} is not empty and does not hold {wanted} runs; name another folder or empty it.");

        Directory.CreateDirectory(data);
        await using var database = await BenchmarkDatabase.OpenAsync(Path.Combine(data, "database"), clock, durable: false, cancellation);
        var catalogue = Path.Combine(data, "catalogue");
        await company.WriteCatalogueAsync(catalogue, cancellation);
        await database.ImportAsync(catalogue, cancellation);
        await new FactGenerator(database.Application, company, Say).RunAsync(cancellation);
        await File.WriteAllTextAsync(size, wanted, cancellation);
    }

    private static async Task DescribeAsync(BenchmarkDatabase database, KpiReport report, CancellationToken cancellation)
    {
        await using var connection = await database.Application.OpenConnectionAsync(cancellation);
        foreach (var (table, name) in ((string, string)[])[
            ("pipeline_run", "runs"), ("cost", "costs"), ("pull_request", "pull requests"), ("incident", "incidents")])
        {
            report.Add(name, KpiReport.Number(await connection.ScalarAsync<long>($"select count(*) from fact.{table}", cancellation)));
        }

        report.Add("database", KpiReport.Megabytes(await connection.ScalarAsync<long>("select pg_database_size(current_database())", cancellation)),
            $"PostgreSQL {database.Version}, {Environment.ProcessorCount} cores");
    }

    private static void Say(string text) => Console.Error.WriteLine(text);
}
