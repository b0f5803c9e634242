using System.Security.Cryptography;
using System.Text;
using Metrics.Storage.Embedded;
using Npgsql;

namespace Metrics.Tests.Storage;

/// <summary>The server behind <see cref="TestServer"/>.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly string application;
    private readonly string reader;
    private readonly EmbeddedServer? embedded;
    private readonly TestFolder? folder;

    private RunningServer(string application, string reader, EmbeddedServer? embedded = null, TestFolder? folder = null)
    {
        this.application = application;
        this.reader = reader;
        this.embedded = embedded;
        this.folder = folder;
    }

    /// <summary>The connection string of a server to use instead of an embedded one; null if there is none.</summary>
    public static string? External { get; } =
        Environment.GetEnvironmentVariable("METRICS_TEST_CONNECTION") is { Length: > 0 } text ? text : null;

    public static async Task<RunningServer> StartAsync()
    {
        if (External is { } external)
            return new RunningServer(external, await PrepareReaderAsync(external));

        await TestFolder.SweepAsync();
        var data = new TestFolder();
        var server = await EmbeddedServer.StartAsync(data.Options with { AllowCreateDatabase = true });
        return new RunningServer(server.ConnectionString, server.ReaderConnectionString, server, data);
    }

    public string ConnectionString(string database) => In(application, database);

    public string ReaderConnectionString(string database) => In(reader, database);

    /// <summary>Makes a database with a random name that begins with <paramref name="kind"/>; returns the name.</summary>
    public async Task<string> CreateDatabaseAsync(string kind, string template)
    {
        var name = $"{kind}_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        await using var source = NpgsqlDataSource.Create(In(application, pooling: false));
        foreach (var command in (string[])[$"create database {name} template {template}", .. BootstrapSql.DatabaseGrants(name)])
            await ExecuteAsync(source, command);

        // Our own template1 has the restrictions already; a foreign server takes them from its superuser only.
        if (embedded is null && template == "template1")
        {
            await using var fresh = NpgsqlDataSource.Create(In(application, name, pooling: false));
            await using var isSuperuser = fresh.CreateCommand("select current_setting('is_superuser') = 'on'");
            if (await isSuperuser.ExecuteScalarAsync() is true)
                foreach (var command in BootstrapSql.Restrictions("current_user"))
                    await ExecuteAsync(fresh, command);
        }

        return name;
    }

    public async Task DropDatabaseAsync(string name)
    {
        await using var source = NpgsqlDataSource.Create(In(application, pooling: false));
        await ExecuteAsync(
            source,
            $"""
            select pg_terminate_backend(pid)
            from pg_stat_activity
            where datname = '{name}' and pg_has_role(usesysid, 'member')
            """);
        try
        {
            // Not "with (force)": that fails at once if a session of the reader has yet to end, this gives it five seconds.
            await ExecuteAsync(source, $"drop database if exists {name}");
        }
        catch (PostgresException e) when (embedded is not null && e.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            // A test has left a reader's session open; the whole server goes at the end of the run.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (embedded is not null)
            await embedded.DisposeAsync();
        if (folder is not null)
            await folder.DisposeAsync();
    }

    private static async Task<string> PrepareReaderAsync(string external)
    {
        // The same in every run, so that runs on one server do not take the role from each other.
        var password = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("metrics_reader " + external)));
        var role = BootstrapSql.Reader;
        await using var source = NpgsqlDataSource.Create(external);
        await ExecuteAsync(
            source,
            $"""
            do $$
            begin
              create role {role} login noinherit;
            exception when duplicate_object then null;
            end $$
            """);
        await ExecuteAsync(source, $"alter role {role} password '{password}'");
        return new NpgsqlConnectionStringBuilder(external) { Username = role, Password = password }.ConnectionString;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static string In(string connectionString, string? database = null, bool pooling = true)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = pooling };
        builder.Database = database ?? builder.Database;
        return builder.ConnectionString;
    }
}
