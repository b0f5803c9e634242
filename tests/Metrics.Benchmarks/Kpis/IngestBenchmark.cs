using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sources.Canonical;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Npgsql;

namespace Metrics.Benchmarks.Kpis;

/// <summary>The way of a million runs into an empty database, beside a plain COPY of the same rows into the same kind of table.</summary>
internal static class IngestBenchmark
{
    private const int Rows = 1_000_000;

    public static async Task RunAsync(
        BenchmarkDatabase full, Company company, string folder, KpiReport report, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, "pipeline_runs.csv");
        var prepared = Path.Combine(folder, "pipeline_runs.bin");
        await using (var connection = await full.Application.OpenConnectionAsync(cancellation))
        {
            var rows = $"select * from fact.pipeline_run order by scheduled_for limit {Rows}";
            await CanonicalExport.WriteAsync<PipelineRun>(connection, rows, file, cancellation);
            await using var source = await connection.BeginRawBinaryCopyAsync($"copy ({rows}) to stdout (format binary)", cancellation);
            await using var target = File.Create(prepared);
            await source.CopyToAsync(target, cancellation);
        }

        var catalogue = Path.Combine(folder, "catalogue");
        await company.WriteCatalogueAsync(catalogue, cancellation);
        await using var empty = await BenchmarkDatabase.OpenAsync(Path.Combine(folder, "empty"), full.Clock, durable: true, cancellation);
        await empty.ImportAsync(catalogue, cancellation);

        var bare = await CopyAsync(empty.Application, "including defaults", prepared, cancellation);
        var indexed = await CopyAsync(empty.Application, "including all", prepared, cancellation);
        var merged = await StageAndMergeAsync(empty.Application, file, cancellation);
        var read = await Timings.OnceAsync(async () => await CountAsync(file, cancellation));
        var (whole, heap) = await Timings.WatchedAsync(() => empty.ImportAsync(file, cancellation));

        report.Add("plain COPY of 1,000,000 runs, prepared rows, no index", bare);
        report.Add("plain COPY of them into a table with the fact's indexes", indexed);
        report.Add("staging and upsert of the same records", merged);
        report.Add("… of the speed of plain COPY with the indexes", indexed / merged);
        report.Add("reading the records from CSV, nothing else", read);
        report.Add("the whole import from CSV: landed, read, staged, merged, outputs derived, days marked", whole,
            $"heap at most {KpiReport.Megabytes(heap)}");
        report.Add("… of the speed of plain COPY with the indexes", indexed / whole);
    }

    private static async Task<TimeSpan> CopyAsync(NpgsqlDataSource database, string like, string prepared, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync($"create table public.plain (like fact.pipeline_run {like})", cancellation);
        var time = await Timings.OnceAsync(async () =>
        {
            await using var source = File.OpenRead(prepared);
            await using var copy = await connection.BeginRawBinaryCopyAsync("copy public.plain from stdin (format binary)", cancellation);
            await source.CopyToAsync(copy, cancellation);
        });
        await connection.ExecuteAsync("drop table public.plain", cancellation);
        return time;
    }

    /// <summary>Only what the ratio to COPY is about; taken back afterwards.</summary>
    private static async Task<TimeSpan> StageAndMergeAsync(NpgsqlDataSource database, string file, CancellationToken cancellation)
    {
        var records = new List<Fact>(Rows);
        await foreach (var record in ReadAsync(file, cancellation)) records.Add(record);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var fact = FactSchema.Of<PipelineRun>();
        return await Timings.OnceAsync(async () =>
        {
            var staging = new FactStaging(fact, connection, "", Company.Now);
            foreach (var record in records) await staging.AddAsync(record, cancellation);
            await staging.FlushAsync(cancellation);
            await new FactMerge(fact, connection, batch: 0).RunAsync(WriteMode.Upsert, cancellation);
        });
    }

    private static async Task<int> CountAsync(string file, CancellationToken cancellation)
    {
        var count = 0;
        await foreach (var _ in ReadAsync(file, cancellation)) count++;
        return count;
    }

    private static async IAsyncEnumerable<Fact> ReadAsync(
        string file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var source = new CanonicalSource();
        var context = new ReadContext(new Redactor(new byte[32]), SourceConnection.Bare(source), Company.Now);
        foreach (var payload in source.Fetch([file]))
            await foreach (var reading in source.ReadAsync(payload, context, cancellation))
                if (reading is RecordRead { Record: var record }) yield return record;
    }
}
