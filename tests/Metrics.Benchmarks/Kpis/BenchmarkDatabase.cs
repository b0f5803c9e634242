using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Sources;
using Metrics.Sources.Canonical;
using Metrics.Storage;
using Metrics.Storage.Embedded;
using Metrics.Storage.Ingestion;
using Npgsql;

namespace Metrics.Benchmarks.Kpis;

/// <summary>The product's parts on an embedded server of its own, wired as the program wires them.</summary>
internal sealed class BenchmarkDatabase : IAsyncDisposable
{
    private readonly EmbeddedServer server;

    private BenchmarkDatabase(EmbeddedServer server, TimeProvider clock)
    {
        this.server = server;
        Application = NpgsqlDataSource.Create(server.ConnectionString);
        Reader = NpgsqlDataSource.Create(server.ReaderConnectionString);
        Settings = new ReportingSettings();
        Library = KpiLibrary.Load(Path.Combine(AppContext.BaseDirectory, "queries", "kpis"));
        Clock = clock;
        Evaluator = new KpiEvaluator(Application, Reader, Library, Settings, clock);
        Forgetful = new KpiEvaluator(Application, Reader, Library, Settings, clock) { Remembered = TimeSpan.Zero };
        Worker = new DailyWorker(Application, Reader, Library, Settings, clock);
    }

    public NpgsqlDataSource Application { get; }
    public NpgsqlDataSource Reader { get; }
    public ReportingSettings Settings { get; }
    public KpiLibrary Library { get; }
    public TimeProvider Clock { get; }
    public KpiEvaluator Evaluator { get; }

    /// <summary>Answers every question anew.</summary>
    public KpiEvaluator Forgetful { get; }

    public DailyWorker Worker { get; }
    public Version Version => server.Version;

    /// <summary>As the application; it holds a password.</summary>
    public string ConnectionString => server.ConnectionString;

    /// <param name="durable">False only while facts are generated.</param>
    public static async Task<BenchmarkDatabase> OpenAsync(
        string folder, TimeProvider clock, bool durable, CancellationToken cancellation)
    {
        var database = new BenchmarkDatabase(
            await EmbeddedServer.StartAsync(new EmbeddedOptions { DataFolder = folder, Durable = durable }, cancellation), clock);
        await Migrator.MigrateAsync(
            database.Application, new NpgsqlConnectionStringBuilder(database.server.ReaderConnectionString).Username!, clock, cancellation);
        return database;
    }

    /// <summary>Imports canonical files as the program does; anything but whole success is an error.</summary>
    public async Task<IReadOnlyList<BatchReport>> ImportAsync(string path, CancellationToken cancellation)
    {
        var reports = new List<BatchReport>();
        var importer = new Importer(Application, new Ingest(Application, Clock, Settings.Precedence), Clock);
        await foreach (var outcome in importer.ImportAsync(SourceConnection.Bare(new CanonicalSource()), [path], cancellation: cancellation))
        {
            if (outcome.Report is not { Rejected: 0 } report)
                throw new InvalidDataException($"{outcome.Name}: {outcome.Refused ?? outcome.Skipped ?? $"{outcome.Report!.Rejected} records were rejected, the first because {outcome.Report.Rejections[0].Reason}"}.");
            reports.Add(report);
        }

        return reports;
    }

    public async ValueTask DisposeAsync()
    {
        await Application.DisposeAsync();
        await Reader.DisposeAsync();
        await server.DisposeAsync();
    }
}

/// <summary>A clock that stands still, so that every run sees the same days.</summary>
internal sealed class StandingClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
