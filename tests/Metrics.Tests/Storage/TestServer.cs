using System.Collections.Concurrent;
using Metrics.Tests.Storage;
using Npgsql;

[assembly: AssemblyFixture(typeof(TestServerEnd))]

namespace Metrics.Tests.Storage;

/// <summary>
/// The one PostgreSQL of a test run: an embedded server in a temporary folder, or the server of
/// <c>METRICS_TEST_CONNECTION</c>, whose role must be able to create databases. It starts when a test first asks for a database.
/// </summary>
public static class TestServer
{
    private static readonly Lazy<Task<RunningServer>> Running = new(RunningServer.StartAsync);
    private static readonly ConcurrentDictionary<Func<string, Task>, Lazy<Task<string>>> Templates = new();

    /// <summary>False if <c>METRICS_TEST_CONNECTION</c> names a server; its roles may be able to do other things.</summary>
    public static bool IsEmbedded => RunningServer.External is null;

    /// <summary>
    /// Makes a database for one test class, dropped when disposed of. It is a copy of a template that
    /// <paramref name="prepareTemplate"/> has filled, once per run: it gets the connection string of the empty template. Pass a
    /// static method, so that all test classes share the template.
    /// </summary>
    public static async Task<TestDatabase> CreateDatabaseAsync(Func<string, Task>? prepareTemplate = null)
    {
        var server = await Running.Value;
        var template = prepareTemplate is null
            ? "template1"
            : await Templates.GetOrAdd(prepareTemplate, prepare => new(() => PrepareAsync(server, prepare))).Value;
        return new TestDatabase(server, await server.CreateDatabaseAsync("test", template));
    }

    /// <summary>Stops the server, if any test has started it.</summary>
    internal static async Task StopAsync()
    {
        if (!Running.IsValueCreated)
            return;

        var server = await Running.Value;
        foreach (var template in Templates.Values)
            if (template.Value.IsCompletedSuccessfully)
                await server.DropDatabaseAsync(await template.Value);
        await server.DisposeAsync();
    }

    private static async Task<string> PrepareAsync(RunningServer server, Func<string, Task> prepare)
    {
        var template = await server.CreateDatabaseAsync("template", "template1");

        // A pooled connection that stays open would keep the template from being copied.
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString(template)) { Pooling = false };
        await prepare(connection.ConnectionString);
        return template;
    }
}

/// <summary>A database of its own, dropped when disposed of.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly RunningServer server;

    internal TestDatabase(RunningServer server, string name)
    {
        this.server = server;
        Name = name;
        ConnectionString = server.ConnectionString(name);
        ReaderConnectionString = server.ReaderConnectionString(name);
    }

    public string Name { get; }

    /// <summary>As the owner, the application.</summary>
    public string ConnectionString { get; }

    /// <summary>As the role that runs analysts' SQL.</summary>
    public string ReaderConnectionString { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var text in (string[])[ConnectionString, ReaderConnectionString])
        {
            await using var connection = new NpgsqlConnection(text);
            NpgsqlConnection.ClearPool(connection);
        }

        await server.DropDatabaseAsync(Name);
    }
}

/// <summary>Stops the server at the end of the run.</summary>
public sealed class TestServerEnd : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await TestServer.StopAsync();
}
