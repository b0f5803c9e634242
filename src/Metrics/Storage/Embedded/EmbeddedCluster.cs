using System.Runtime.Versioning;

namespace Metrics.Storage.Embedded;

/// <summary>The finished cluster of a data folder, with all that is needed to run it. Every call needs the folder's lock.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class EmbeddedCluster(
    EmbeddedOptions options, EmbeddedFolders folders, Postmaster postmaster, EmbeddedConnections connections)
{
    /// <summary>Where the cluster goes under root, if the data folder is out of reach of the user who runs it.</summary>
    private const string CommonPlace = "/var/lib/metrics";

    public EmbeddedFolders Folders => folders;

    public Version Version => postmaster.Version;

    public EmbeddedConnections Connections => connections;

    public ServerUsers Users { get; } = new(folders.Users);

    /// <summary>Finds the cluster, or makes it.</summary>
    public static async Task<EmbeddedCluster> OpenAsync(EmbeddedOptions options, CancellationToken cancellation)
    {
        var folders = EmbeddedFolders.Of(options.DataFolder);
        var user = await OsUser.FindAsync(folders.Cluster, cancellation);
        var binaries = await PostgresBinaries.FindAsync(options.BinFolder, folders.Cluster, cancellation);
        folders = await folders.SettleAsync(user, CommonPlace, options.Log, cancellation);
        ClusterBootstrap.DeleteDrafts(folders);
        if (!Directory.Exists(folders.Cluster))
            await new ClusterBootstrap(binaries, user, folders, options).RunAsync(cancellation);

        var passwords = EmbeddedPasswords.Read(folders.Passwords);
        return new EmbeddedCluster(
            options,
            folders,
            new Postmaster(binaries, user, folders, options),
            new EmbeddedConnections(passwords, folders.Passwords));
    }

    /// <summary>Waits until the server answers, and starts it if there is none; returns where it listens.</summary>
    public async Task<PostmasterFile> EnsureRunningAsync(CancellationToken cancellation)
    {
        var (server, started) = await postmaster.EnsureRunningAsync(connections, cancellation);
        if (started || options.AllowCreateDatabase)
            await connections.AllowCreateDatabaseAsync(server, options.AllowCreateDatabase, cancellation);
        return server;
    }

    /// <summary>Stops the server, unless a living process uses it; false if one does.</summary>
    public async Task<bool> StopIfUnusedAsync(CancellationToken cancellation)
    {
        if (Users.Any())
            return false;

        await postmaster.StopAsync(cancellation);
        return true;
    }
}
