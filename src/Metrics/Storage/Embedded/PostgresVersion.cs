using Npgsql;

namespace Metrics.Storage.Embedded;

/// <summary>The versions of PostgreSQL that Metrics runs on.</summary>
public static class PostgresVersion
{
    /// <summary>The oldest major version: <c>UNIQUE NULLS NOT DISTINCT</c> came with it.</summary>
    public const int OldestMajor = 15;

    /// <summary>Refuses a server that is too old.</summary>
    /// <param name="connection">An open connection to the server.</param>
    /// <exception cref="PostgresUnavailableException">The server is older than <see cref="OldestMajor"/>.</exception>
    public static void EnsureSupported(NpgsqlConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        EnsureSupported(connection.PostgreSqlVersion, connection.DataSource);
    }

    internal static void EnsureSupported(Version version, string server)
    {
        if (version.Major < OldestMajor)
            throw new PostgresUnavailableException(
                $"The server at {server} runs PostgreSQL {version}, but Metrics needs {OldestMajor} or later: upgrade it, "
                + "or name another server in ConnectionStrings__Metrics.");
    }
}
