using System.Runtime.Versioning;
using Npgsql;

namespace Metrics.Storage.Embedded;

/// <summary>
/// A private PostgreSQL in the data folder. The first process that asks for it makes and starts it, others join it, and the last
/// one out stops it. A process that is killed leaves the server to the next one. Thread-safe.
/// </summary>
public sealed class EmbeddedServer : IAsyncDisposable
{
    private readonly EmbeddedOptions options;
    private readonly EmbeddedCluster cluster;
    private FileLock? membership;

    [UnsupportedOSPlatform("windows")]
    private EmbeddedServer(EmbeddedOptions options, EmbeddedCluster cluster, PostmasterFile server, FileLock membership)
    {
        this.options = options;
        this.cluster = cluster;
        this.membership = membership;
        ConnectionString = cluster.Connections.Application(server.Host, server.Port);
        ReaderConnectionString = cluster.Connections.Reader(server.Host, server.Port);
        LogFolder = cluster.Folders.Log;
        ClusterFolder = cluster.Folders.Cluster;
        Version = cluster.Version;
    }

    /// <summary>
    /// As the role <c>metrics</c>: owner of the database <c>metrics</c>, neither superuser nor able to create roles. It holds a
    /// password.
    /// </summary>
    public string ConnectionString { get; }

    /// <summary>
    /// As the role <c>metrics_reader</c>, for analysts' SQL: it owns nothing and sees nothing but what <c>metrics</c> grants it,
    /// in read-only transactions of at most 60 seconds, with 1 GB for temporary files. It holds a password.
    /// </summary>
    public string ReaderConnectionString { get; }

    /// <summary>Where the server writes its log: a week of files, one per day of the week.</summary>
    public string LogFolder { get; }

    /// <summary>The folder of the cluster (<c>PGDATA</c>).</summary>
    public string ClusterFolder { get; }

    /// <summary>The version of the PostgreSQL programs.</summary>
    public Version Version { get; }

    /// <summary>
    /// Joins the server of the data folder, or starts it, or makes it first. When this returns, the server answers. About one
    /// second, two if it has to be made; longer after a crash.
    /// </summary>
    /// <exception cref="PostgresUnavailableException">
    /// There is no PostgreSQL of a fitting version, or it could not be started, or the data folder is another user's.
    /// </exception>
    public static async Task<EmbeddedServer> StartAsync(EmbeddedOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (OperatingSystem.IsWindows())
            throw new PostgresUnavailableException(
                "The embedded PostgreSQL runs on Linux and macOS: set ConnectionStrings__Metrics to the connection string of a "
                + "server of your own.");

        try
        {
            return await JoinAsync(options, cancellationToken);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new PostgresUnavailableException(
                $"The data folder {options.DataFolder} is not open to the user {Environment.UserName} ({e.Message}): run Metrics "
                + "as its owner, or name another folder in METRICS_DATA.",
                e);
        }
        catch (IOException e)
        {
            throw new PostgresUnavailableException(
                $"The data folder {options.DataFolder} cannot hold a database ({e.Message.TrimEnd('.')}): make room or mend it, or "
                + "name another folder in METRICS_DATA.",
                e);
        }
    }

    /// <summary>
    /// Starts the server again if it has died, and does nothing if it answers. The connection strings stay as they are.
    /// </summary>
    /// <exception cref="PostgresUnavailableException">It could not be started.</exception>
    public async Task EnsureRunningAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(membership is null, this);
        if (OperatingSystem.IsWindows())
            return;

        using var gate = await FileLock.TakeAsync(cluster.Folders.Lock, options, cancellationToken);
        await cluster.EnsureRunningAsync(cancellationToken);
    }

    /// <summary>Makes the login of BI tools, or gives it another password.</summary>
    /// <returns>How to connect as it; it holds a password.</returns>
    /// <exception cref="PostgresUnavailableException">The server is not there.</exception>
    public async Task<string> CreateBiLoginAsync(string role, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(membership is null, this);
        if (OperatingSystem.IsWindows())
            throw new PostgresUnavailableException("The embedded PostgreSQL runs on Linux and macOS.");

        var postmaster = PostmasterFile.Read(cluster.Folders.Cluster)
            ?? throw new PostgresUnavailableException($"The embedded PostgreSQL in {cluster.Folders.Cluster} is not running; run the command again.");
        return await cluster.Connections.CreateBiLoginAsync(postmaster, role, cancellationToken);
    }

    /// <summary>Leaves the server; stops it if no other process uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref membership, null) is not { } own || OperatingSystem.IsWindows())
            return;

        ForgetPool(ConnectionString);
        ForgetPool(ReaderConnectionString);
        own.Dispose();
        if (!Directory.Exists(cluster.Folders.Home))
        {
            options.Log?.Invoke($"The folder {cluster.Folders.Home} is gone; its PostgreSQL stops by itself within a minute.");
            return;
        }

        using var gate = await FileLock.TakeAsync(cluster.Folders.Lock, options, CancellationToken.None);
        await cluster.StopIfUnusedAsync(CancellationToken.None);
    }

    /// <summary>Stops the server of a data folder, unless a living process uses it; false if one does.</summary>
    [UnsupportedOSPlatform("windows")]
    internal static async Task<bool> StopIfUnusedAsync(EmbeddedOptions options, CancellationToken cancellation)
    {
        var folders = EmbeddedFolders.Of(options.DataFolder);
        if (!Directory.Exists(folders.Cluster))
            return true;

        using var gate = await FileLock.TakeAsync(folders.Lock, options, cancellation);
        if (PostmasterFile.Read(folders.Cluster) is null)
            return !new ServerUsers(folders.Users).Any();

        var opened = await EmbeddedCluster.OpenAsync(options, cancellation);
        return await opened.StopIfUnusedAsync(cancellation);
    }

    [UnsupportedOSPlatform("windows")]
    private static async Task<EmbeddedServer> JoinAsync(EmbeddedOptions options, CancellationToken cancellation)
    {
        var folders = EmbeddedFolders.Of(options.DataFolder);
        folders.CreateHome();
        using var gate = await FileLock.TakeAsync(folders.Lock, options, cancellation);
        var opened = await EmbeddedCluster.OpenAsync(options, cancellation);
        var entered = opened.Users.Enter();
        try
        {
            return new EmbeddedServer(options, opened, await opened.EnsureRunningAsync(cancellation), entered);
        }
        catch
        {
            entered.Dispose();
            await opened.StopIfUnusedAsync(CancellationToken.None);
            throw;
        }
    }

    private static void ForgetPool(string connectionString)
    {
        using var connection = new NpgsqlConnection(connectionString);
        NpgsqlConnection.ClearPool(connection);
    }
}
