using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace Metrics.Storage.Embedded;

/// <summary>The server process of a finished cluster: joins it, starts it, stops it. Every call needs the data folder's lock.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Postmaster(PostgresBinaries binaries, OsUser user, EmbeddedFolders folders, EmbeddedOptions options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static readonly string[] PassingFaults =
    [
        // Sessions of a killed server finish what they are at; until then no other may touch the cluster.
        "pre-existing shared memory block",

        // A killed process of Metrics had a server on its way.
        "lock file \"postmaster.pid\" already exists",
    ];

    public Version Version => binaries.Version;

    /// <summary>Waits until the server answers, and starts it if there is none; tells whether it did.</summary>
    /// <exception cref="PostgresUnavailableException">It cannot be started, or does not answer in time.</exception>
    public async Task<(PostmasterFile Server, bool Started)> EnsureRunningAsync(
        EmbeddedConnections connections, CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        var started = false;
        var told = false;
        while (true)
        {
            var file = PostmasterFile.Read(folders.Cluster);
            if (file is { Host.Length: > 0 } && await connections.AnswersAsync(file.Host, file.Port, cancellation))
                return (file, started);

            var isBeingWritten = file is { Process: null } && waited.Elapsed < TimeSpan.FromSeconds(2);
            if (file is null || (!isBeingWritten && !await file.IsAliveAsync(folders.Cluster, user, cancellation)))
            {
                file?.DeclareDead(folders.Cluster);
                started |= await TryStartAsync(waited.Elapsed < options.StartTimeout, cancellation);
                continue;
            }

            if (waited.Elapsed > options.StartTimeout)
                throw new PostgresUnavailableException(
                    $"The embedded PostgreSQL (process {file.Process}) has not answered at {file.Host} for "
                    + $"{options.StartTimeout.TotalSeconds:0} seconds: see its log in {folders.Log}, or stop it (kill -INT "
                    + $"{file.Process}) and try again.");

            if (!told && waited.Elapsed > TimeSpan.FromSeconds(2))
            {
                options.Log?.Invoke($"Waiting for the embedded PostgreSQL (process {file.Process}) to be ready.");
                told = true;
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>Stops the server if it runs: sessions are cut off, what is committed stays.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (PostmasterFile.Read(folders.Cluster) is not { } file
            || !await file.IsAliveAsync(folders.Cluster, user, cancellation))
            return;

        var result = await user.RunAsync(PgCtl("stop", "-m", "fast"), cancellation);
        if (result.Succeeded)
            ServerAddress.Forget(folders);
        else
            options.Log?.Invoke($"The embedded PostgreSQL (process {file.Process}) is still stopping: {result.Text}");
    }

    private async Task<bool> TryStartAsync(bool mayRetry, CancellationToken cancellation)
    {
        var address = await ServerAddress.ChooseAsync(folders, user, cancellation);
        await WriteSettingsAsync(address, cancellation);
        File.Delete(folders.StartLog);
        var result = await user.RunAsync(PgCtl("start", "-l", Path.GetRelativePath(folders.Place, folders.StartLog)), cancellation);
        if (result.Succeeded)
            return true;

        var said = File.Exists(folders.StartLog) ? (await File.ReadAllTextAsync(folders.StartLog, cancellation)).Trim() : "";
        if (mayRetry && PassingFaults.Any(fault => said.Contains(fault, StringComparison.Ordinal)))
        {
            await Task.Delay(Pause, cancellation);
            return false;
        }

        throw new PostgresUnavailableException(
            $"The embedded PostgreSQL in {folders.Cluster} did not start; its log is in {folders.Log}. {said}\n{LastFatal()}".Trim());
    }

    private async Task WriteSettingsAsync(ServerAddress address, CancellationToken cancellation)
    {
        var file = Path.Combine(folders.Cluster, "postgresql.conf");
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var fresh = file + ".new";
        await File.WriteAllTextAsync(fresh, ServerSettings.Text(options.Durable, address.Host, address.Port, memory), cancellation);
        await user.TakeAsync(fresh, cancellation);
        File.Move(fresh, file, overwrite: true);
    }

    // pg_ctl starts the server in a session of its own, so that Ctrl-C in this terminal does not reach it. It pastes the paths
    // of -D and -l into a shell command, so it gets the one from the environment and the other relative to the working folder.
    private OsCommand PgCtl(string verb, params string[] arguments) =>
        new(
            binaries.Program("pg_ctl"),
            [verb, "-s", "-w", "-t", options.StartTimeout.TotalSeconds.ToString("0", CultureInfo.InvariantCulture), .. arguments])
        {
            Cluster = folders.Cluster,
            Folder = folders.Place,
            CancelsWithChildren = false,
        };

    private string LastFatal()
    {
        var log = new DirectoryInfo(folders.Log).GetFiles("postgresql-*.log").MaxBy(file => file.LastWriteTimeUtc);
        return log is null
            ? ""
            : string.Join('\n', File.ReadLines(log.FullName).TakeLast(20)
                .Where(line => line.Contains("FATAL", StringComparison.Ordinal) || line.Contains("PANIC", StringComparison.Ordinal)));
    }
}
