using Metrics.Storage.Embedded;
using Npgsql;

namespace Metrics.Tests.Storage.Embedded;

public sealed class PostgresVersionTests
{
    [Fact]
    public async Task The_servers_of_tests_are_supported()
    {
        await using var database = await TestServer.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);

        Should.NotThrow(() => PostgresVersion.EnsureSupported(connection));
    }

    [Fact]
    public void An_older_server_is_refused() =>
        Should.Throw<PostgresUnavailableException>(() => PostgresVersion.EnsureSupported(new Version(14, 11), "tcp://db:5432"))
            .Message.ShouldBe(
                "The server at tcp://db:5432 runs PostgreSQL 14.11, but Metrics needs 15 or later: upgrade it, or name another "
                + "server in ConnectionStrings__Metrics.");
}
