using Npgsql;

namespace Metrics.Storage.Embedded;

/// <summary>How to connect to the server as each of its roles.</summary>
internal sealed class EmbeddedConnections(EmbeddedPasswords passwords, string passwordFile)
{
    // max_connections is 100, and several processes may share the server.
    private const int ApplicationPool = 40;
    private const int ReaderPool = 8;

    public string Application(string host, int port) =>
        Text(host, port, BootstrapSql.Application, passwords.Application, BootstrapSql.Database, ApplicationPool);

    public string Reader(string host, int port) =>
        Text(host, port, BootstrapSql.Reader, passwords.Reader, BootstrapSql.Database, ReaderPool);

    /// <summary>True if the server accepts the application now; false if it is not there, or still starting or stopping.</summary>
    /// <exception cref="PostgresUnavailableException">It answers, and does not know the password.</exception>
    public async Task<bool> AnswersAsync(string host, int port, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(Unpooled(Application(host, port)));
        try
        {
            await connection.OpenAsync(cancellation);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword
            or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            throw new PostgresUnavailableException(
                $"The embedded PostgreSQL at {host} refuses the password in {passwordFile}: restore that file from a backup, or "
                + $"move the folder {Path.GetDirectoryName(passwordFile)} away to begin with an empty database.",
                e);
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Lets the application create databases, or no longer.</summary>
    public async Task AllowCreateDatabaseAsync(PostmasterFile server, bool allow, CancellationToken cancellation)
    {
        var text = Text(server.Host, server.Port, BootstrapSql.Superuser, passwords.Superuser, "postgres", ReaderPool);
        await using var source = NpgsqlDataSource.Create(Unpooled(text));
        await using var command = source.CreateCommand(
            $"alter role {BootstrapSql.Application} {(allow ? "createdb" : "nocreatedb")}");
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Makes the login of BI tools, or gives it another password, and says how to connect as it.</summary>
    public async Task<string> CreateBiLoginAsync(PostmasterFile server, string role, CancellationToken cancellation)
    {
        var password = BiLogin.NewPassword();
        await using var administrator = new NpgsqlConnection(
            Unpooled(Text(server.Host, server.Port, BootstrapSql.Superuser, passwords.Superuser, BootstrapSql.Database, ReaderPool)));
        await administrator.OpenAsync(cancellation);
        await BiLogin.CreateAsync(administrator, role, password, BootstrapSql.Database, cancellation);
        return Text(server.Host, server.Port, role, password, BootstrapSql.Database, ReaderPool);
    }

    private static string Unpooled(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;

    private static string Text(string host, int port, string role, string password, string database, int pool) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = host,
            Port = port,
            Username = role,
            Password = password,
            Database = database,
            MaxPoolSize = pool,
            ApplicationName = "metrics",
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
}
