using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Scorecards.Printing;
using Metrics.Sources;
using Metrics.Sources.Canonical;
using Metrics.Storage;
using Metrics.Storage.Catalogue;
using Metrics.Storage.Embedded;
using Metrics.Storage.Ingestion;
using Metrics.Sync;
using Npgsql;

namespace Metrics.Server.Hosting;

/// <summary>The parts of the product on an open, migrated database, wired together for a command or the service.</summary>
public sealed class Product : IAsyncDisposable
{
    private readonly EmbeddedServer? server;

    private Product(EmbeddedServer? server, NpgsqlDataSource database, NpgsqlDataSource reader, ReportingSettings reporting, TimeProvider clock)
    {
        this.server = server;
        Database = database;
        Reader = reader;
        Reporting = reporting;
        Clock = clock;
    }

    /// <summary>The sources there are: every one that stands in a folder of its own below <c>Sources</c>; the canonical one first, the others by name.</summary>
    public static IReadOnlyList<ISource> Sources { get; } =
    [
        .. typeof(ISource).Assembly.GetTypes()
            .Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(ISource)))
            .Select(t => (ISource)Activator.CreateInstance(t)!)
            .OrderBy(s => s is not CanonicalSource).ThenBy(s => s.Name, StringComparer.Ordinal),
    ];

    public NpgsqlDataSource Database { get; }

    /// <summary>The login that runs analysts' SQL.</summary>
    public NpgsqlDataSource Reader { get; }

    public ReportingSettings Reporting { get; }

    public TimeProvider Clock { get; }

    public required KpiLibrary Library { get; init; }

    /// <summary>The scripts that opening the database has applied.</summary>
    public required IReadOnlyList<string> Migrated { get; init; }

    /// <summary>The embedded server, or "external".</summary>
    public string ServerName => server is null ? "external PostgreSQL" : $"embedded PostgreSQL {server.Version} in {server.ClusterFolder}";

    public KpiEvaluator Evaluator => field ??= new(Database, Reader, Library, Reporting, Clock);

    public DailyWorker Worker => field ??= new(Database, Reader, Library, Reporting, Clock);

    public Importer Importer => new(Database, Ingest, Clock);

    /// <summary>Pulls and sweeps connections.</summary>
    public SyncRunner Sync => new(Database, Importer, Ingest, Clock);

    /// <summary>Reads landed payloads again.</summary>
    public Replayer Replayer => new(Database, Importer);

    /// <summary>Where connections stand.</summary>
    public ConnectionStore ConnectionStates => new(Database);

    /// <summary>Which names mean the same dataset or team.</summary>
    public IdentityStore Identity => new(Database, Clock, Reporting.Precedence);

    /// <summary>What arrived.</summary>
    public BatchStore Batches => new(Database);

    /// <summary>Takes batches back.</summary>
    public BatchRevert BatchRevert => new(Database, Clock, Reporting.Precedence);

    /// <summary>Records that people have put right.</summary>
    public CorrectionStore Corrections => new(Database, Clock);

    /// <summary>What is deleted in time, or because a person asks.</summary>
    public Housekeeping Housekeeping => new(Database, Clock);

    private Storage.Ingestion.Ingest Ingest => new(Database, Clock, Reporting.Precedence);

    public CatalogueUpdate CatalogueUpdate => new(Database, Ingest, Clock);

    /// <summary>What BI tools read with SQL.</summary>
    public BiValues BiValues => new(Database, Evaluator, Library, Reporting, Clock);

    /// <summary>The browser that prints, warm from the first document on.</summary>
    public PdfPrinter Printer { get; } = new();

    /// <summary>True where the clock was set by hand: nothing is then computed ahead, for it would hold for that moment only.</summary>
    public bool IsTimeTravel => !ReferenceEquals(Clock, TimeProvider.System);

    /// <summary>Opens the database of the settings, or the embedded one of a data folder, and brings it up to date.</summary>
    /// <exception cref="KpiFilesException">A KPI file is faulty.</exception>
    /// <exception cref="PostgresUnavailableException">There is no PostgreSQL to start.</exception>
    /// <exception cref="StorageException">The database cannot be reached or refuses.</exception>
    public static async Task<Product> OpenAsync(
        Settings settings, string dataFolder, TimeProvider clock, CancellationToken cancellation, KpiLibrary? library = null)
    {
        var reporting = settings.Reporting();
        library ??= KpiLibrary.Load(KpiFolder(settings), reporting);
        EmbeddedServer? embedded = null;
        NpgsqlDataSource? opened = null;
        try
        {
            var external = settings["ConnectionStrings:Metrics"];
            if (external.Length == 0)
                embedded = await EmbeddedServer.StartAsync(new EmbeddedOptions { DataFolder = dataFolder }, cancellation);
            opened = NpgsqlDataSource.Create(embedded?.ConnectionString ?? external);
            var readerText = embedded?.ReaderConnectionString
                ?? await ExternalReader.EnsureAsync(opened, external, settings["ConnectionStrings:MetricsReader"], cancellation);
            var pool = new NpgsqlConnectionStringBuilder(readerText) { MaxPoolSize = 4 };
            var migrated = await Migrator.MigrateAsync(opened, pool.Username!, clock, cancellation);
            return new Product(embedded, opened, NpgsqlDataSource.Create(pool.ConnectionString), reporting, clock)
            {
                Library = library,
                Migrated = migrated,
            };
        }
        catch (Exception failure)
        {
            if (opened is not null) await opened.DisposeAsync();
            if (embedded is not null) await embedded.DisposeAsync();
            if (failure is not MigrationException && StorageException.Of(failure, "opening the database") is { } storage) throw storage;
            throw;
        }
    }

    /// <summary>The connections of sources.yaml; none where there is no such file.</summary>
    /// <exception cref="SourcesFileException">The file is faulty.</exception>
    public static IReadOnlyList<ConfiguredConnection> Connections(Settings settings) => SourcesFile.Load(settings["Sources:File"], Sources);

    /// <summary>The configured connection of a source with a name, else one without options.</summary>
    public static SourceConnection ConnectionOf(IReadOnlyList<ConfiguredConnection> connections, ISource source, string name) =>
        connections.FirstOrDefault(c => c.Connection.Source == source && c.Connection.Name == name)?.Connection ?? SourceConnection.Bare(source, name);

    public static string KpiFolder(Settings settings) => settings["Kpis:Folder"] is { Length: > 0 } folder ? folder : Folders.Kpis;

    /// <summary>Makes the login of BI tools, or gives it another password.</summary>
    /// <returns>How to connect as it.</returns>
    /// <exception cref="SettingsException">The program may not make logins here, and there is none of that name yet.</exception>
    public async Task<string> CreateBiLoginAsync(string role, CancellationToken cancellation)
    {
        var how = server is null ? await ExternalBiLogin.CreateAsync(Database, role, cancellation) : await server.CreateBiLoginAsync(role, cancellation);
        await BiLogin.GrantAsync(Database, role, cancellation);
        return how;
    }

    /// <summary>Starts a server that has died meanwhile.</summary>
    public Task EnsureRunningAsync(CancellationToken cancellation) => server?.EnsureRunningAsync(cancellation) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Printer.DisposeAsync();
        await Reader.DisposeAsync();
        await Database.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
    }
}
