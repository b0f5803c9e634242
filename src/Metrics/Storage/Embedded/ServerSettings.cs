using System.Globalization;

namespace Metrics.Storage.Embedded;

/// <summary>The server's configuration file. It is written before every start: machine, address and options may have changed.</summary>
internal static class ServerSettings
{
    /// <summary>The file of the operator's own settings, which win.</summary>
    public const string OwnFile = "own.conf";

    private const long Megabyte = 1024 * 1024;

    // A container has 64 MB unless told otherwise; one parallel query can need more.
    private const long EnoughSharedMemory = 512 * Megabyte;

    /// <summary>The text of <c>postgresql.conf</c>.</summary>
    /// <param name="durable">See <see cref="EmbeddedOptions.Durable"/>.</param>
    /// <param name="host">The folder of the socket, or a loopback address.</param>
    /// <param name="port">The port, which is part of a socket's name too.</param>
    /// <param name="memory">The bytes of memory that the machine, or the container, has.</param>
    public static string Text(bool durable, string host, int port, long memory)
    {
        var isSocket = host.StartsWith('/');
        var onOff = durable ? "on" : "off";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # Written by Metrics before every start. Settings of your own go into {OwnFile}, in this folder.
            listen_addresses = '{(isSocket ? "" : host)}'
            unix_socket_directories = '{(isSocket ? $"\"{host}\"" : "")}'
            unix_socket_permissions = 0700
            port = {port}
            max_connections = 100
            password_encryption = 'scram-sha-256'

            shared_buffers = {Math.Clamp(memory / 8 / Megabyte, 32, 256)}MB
            effective_cache_size = {Math.Clamp(memory / 2 / Megabyte, 128, 16384)}MB
            work_mem = 32MB
            maintenance_work_mem = {Math.Clamp(memory / 16 / Megabyte, 32, 256)}MB
            dynamic_shared_memory_type = '{(HasSharedMemory() ? "posix" : "mmap")}'
            random_page_cost = 1.1
            jit = off

            fsync = {onOff}
            full_page_writes = {onOff}
            synchronous_commit = on
            wal_compression = on
            max_wal_size = 2GB
            checkpoint_timeout = 15min

            timezone = 'UTC'
            datestyle = 'iso, mdy'
            default_text_search_config = 'pg_catalog.english'
            lc_messages = 'C'

            # A week of logs, one file per day of the week.
            logging_collector = on
            log_directory = '../log'
            log_filename = 'postgresql-%a.log'
            log_truncate_on_rotation = on
            log_rotation_age = 1d
            log_rotation_size = 0
            log_timezone = 'UTC'
            log_line_prefix = '%m [%p] %u@%d '

            include_if_exists = '{OwnFile}'

            """);
    }

    private static bool HasSharedMemory()
    {
        const string folder = "/dev/shm";
        try
        {
            return !OperatingSystem.IsLinux()
                || (Directory.Exists(folder) && new DriveInfo(folder).TotalSize >= EnoughSharedMemory);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
