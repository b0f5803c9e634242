using Npgsql;

namespace Metrics.Tests.Storage;

public sealed class TestServerTests
{
    private static int prepared;

    [Fact]
    public async Task Databases_are_copies_of_one_template_and_do_not_see_each_other()
    {
        await using var first = await TestServer.CreateDatabaseAsync(PrepareAsync);
        await using var second = await TestServer.CreateDatabaseAsync(PrepareAsync);
        await using var one = NpgsqlDataSource.Create(first.ConnectionString);
        await using var other = NpgsqlDataSource.Create(second.ConnectionString);

        await one.CreateCommand("insert into thing values (2)").ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        (await CountAsync(one)).ShouldBe(2);
        (await CountAsync(other)).ShouldBe(1);
        prepared.ShouldBe(1);
    }

    [Fact]
    public async Task A_database_is_dropped_when_disposed_of()
    {
        await using var kept = await TestServer.CreateDatabaseAsync();
        string name;
        await using (var database = await TestServer.CreateDatabaseAsync())
        {
            name = database.Name;
            await using var source = NpgsqlDataSource.Create(database.ReaderConnectionString);
            await source.CreateCommand("select 1").ExecuteScalarAsync(TestContext.Current.CancellationToken);
        }

        await using var owner = NpgsqlDataSource.Create(kept.ConnectionString);
        (await owner.CreateCommand($"select count(*) from pg_database where datname = '{name}'")
            .ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(0L);
    }

    private static async Task PrepareAsync(string connectionString)
    {
        Interlocked.Increment(ref prepared);
        await using var source = NpgsqlDataSource.Create(connectionString);
        await source.CreateCommand("create table thing as select 1 as number").ExecuteNonQueryAsync();
    }

    private static async Task<long> CountAsync(NpgsqlDataSource source) =>
        (long)(await source.CreateCommand("select count(*) from thing").ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
}
