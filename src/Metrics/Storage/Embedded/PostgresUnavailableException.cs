namespace Metrics.Storage.Embedded;

/// <summary>
/// There is no PostgreSQL that Metrics can use as things are. The message is meant for the person at the keyboard: it says
/// what was found and what to do next.
/// </summary>
public sealed class PostgresUnavailableException : Exception
{
    public PostgresUnavailableException()
    {
    }

    public PostgresUnavailableException(string message)
        : base(message)
    {
    }

    public PostgresUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
