using System.Net.Sockets;
using Npgsql;

namespace Metrics.Storage;

/// <summary>The database could not do what was asked. The message says why and what to do; retrying may help if <see cref="IsTransient"/>.</summary>
public sealed class StorageException(string message, bool isTransient, Exception cause) : Exception(message, cause)
{
    /// <summary>True where the same call may succeed later without anything being changed.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>What a database failure means to the person who waits for <paramref name="work"/>; null for other failures.</summary>
    public static StorageException? Of(Exception failure, string work) => failure switch
    {
        StorageException known => known,
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } =>
            new($"The database's disk is full; nothing of {work} was written. Free space, then run the same command again.", true, failure),
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow } =>
            Gone(failure, work),
        PostgresException postgres =>
            new($"The database refused {work}: {postgres.MessageText} (SQLSTATE {postgres.SqlState}).", postgres.IsTransient, failure),
        NpgsqlException or SocketException or IOException { InnerException: SocketException } => Gone(failure, work),
        _ => null,
    };

    private static StorageException Gone(Exception failure, string work) =>
        new($"The database went away; nothing of {work} was written. Run the same command again when it is back.", true, failure);
}
