using System.Globalization;
using System.Text;
using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Sources;
using Metrics.Sources.Canonical;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Npgsql;

namespace Metrics.Tests.Storage;

/// <summary>A migrated database of its own, with the product's parts wired as the program wires them.</summary>
public sealed class MetricsDatabase : IAsyncDisposable
{
    private readonly TestDatabase database;

    private MetricsDatabase(TestDatabase database, ReportingSettings settings, TimeProvider clock)
    {
        this.database = database;
        Settings = settings;
        Clock = clock;
        Application = NpgsqlDataSource.Create(database.ConnectionString);
        Reader = NpgsqlDataSource.Create(database.ReaderConnectionString);
    }

    public string ConnectionString => database.ConnectionString;

    public string ReaderConnectionString => database.ReaderConnectionString;

    public NpgsqlDataSource Application { get; }

    public NpgsqlDataSource Reader { get; }

    public ReportingSettings Settings { get; set; }

    public TimeProvider Clock { get; set; }

    /// <summary>The product's own KPI files.</summary>
    public static KpiLibrary Library { get; } = KpiLibrary.Load(Path.Combine(Repository.Root, "queries", "kpis"));

    public KpiLibrary Kpis { get; set; } = Library;

    public KpiEvaluator Evaluator => new(Application, Reader, Kpis, Settings, Clock);

    public DailyWorker Worker => new(Application, Reader, Kpis, Settings, Clock);

    public static async Task<MetricsDatabase> CreateAsync(string now, ReportingSettings? settings = null) => new(
        await TestServer.CreateDatabaseAsync(MigrateAsync), settings ?? new ReportingSettings(), new FixedClock(now));

    /// <summary>Imports canonical files given as name and text.</summary>
    public async Task<IReadOnlyList<ImportOutcome>> ImportAsync(params (string File, string Text)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("metrics-canonical-");
        try
        {
            foreach (var (file, text) in files)
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, file), text, new UTF8Encoding(false));
            return await ImportAsync(new CanonicalSource(), folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public async Task<IReadOnlyList<ImportOutcome>> ImportAsync(ISource source, params string[] paths)
    {
        var importer = new Importer(Application, new Ingest(Application, Clock, Settings.Precedence), Clock);
        var outcomes = new List<ImportOutcome>();
        await foreach (var outcome in importer.ImportAsync(SourceConnection.Bare(source), paths)) outcomes.Add(outcome);
        return outcomes;
    }

    public async ValueTask DisposeAsync()
    {
        await Application.DisposeAsync();
        await Reader.DisposeAsync();
        await database.DisposeAsync();
    }

    private static async Task MigrateAsync(string connectionString)
    {
        await using var template = NpgsqlDataSource.Create(connectionString);
        await Migrator.MigrateAsync(template, "metrics_reader", TimeProvider.System);
    }
}

/// <summary>A clock that stands still.</summary>
public sealed class FixedClock(string now) : TimeProvider
{
    private readonly DateTimeOffset moment = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture);

    public override DateTimeOffset GetUtcNow() => moment;
}
