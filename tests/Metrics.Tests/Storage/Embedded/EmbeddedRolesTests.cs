using Metrics.Storage.Embedded;
using Npgsql;

namespace Metrics.Tests.Storage.Embedded;

/// <summary>What the two roles may do, in the application's own database.</summary>
public sealed class EmbeddedRolesTests(EmbeddedRolesTests.OneServer fixture) : IClassFixture<EmbeddedRolesTests.OneServer>
{
    [Theory]
    [InlineData("create table public.mine (n int)")]
    [InlineData("create temporary table mine (n int)")]
    [InlineData("create schema mine")]
    [InlineData("create function pg_temp.f() returns int language sql return 1")]
    [InlineData("insert into visible values (1)")]
    [InlineData("select * from hidden")]
    [InlineData("select pg_sleep(0)")]
    [InlineData("select pg_sleep_for('0 s')")]
    [InlineData("select pg_advisory_lock(1)")]
    [InlineData("select pg_advisory_xact_lock_shared(1, 2)")]
    [InlineData("select pg_try_advisory_xact_lock(1)")]
    [InlineData("select lo_create(0)")]
    [InlineData("select lo_from_bytea(0, 'x')")]
    [InlineData("select lowrite(0, 'x')")]
    [InlineData("select pg_notify('a', 'b')")]
    [InlineData("select pg_logical_emit_message(false, 'a', 'b')")]
    [InlineData("select pg_cancel_backend(1)")]
    [InlineData("select pg_terminate_backend(1)")]
    [InlineData("select set_config('statement_timeout', '0', false)")]
    [InlineData("select pg_read_file('postgresql.conf')")]
    [InlineData("select pg_ls_dir('.')")]
    [InlineData("select rolpassword from pg_authid")]
    [InlineData("do $$ begin null; end $$")]
    [InlineData("copy (select 1) to '/tmp/x'")]
    [InlineData("copy (select 1) to program 'true'")]
    [InlineData("set temp_file_limit = -1")]
    [InlineData("set role metrics")]
    [InlineData("set session authorization metrics")]
    [InlineData("alter role metrics_reader superuser")]
    [InlineData("alter role metrics_reader set temp_file_limit = -1")]
    public async Task The_reader_may_not_even_if_it_lifts_its_read_only_default(string sql)
    {
        await using var source = NpgsqlDataSource.Create(fixture.Server.ReaderConnectionString);
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(connection, "set default_transaction_read_only = off");

        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(connection, sql)))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("create role other")]
    [InlineData("grant pg_execute_server_program to metrics")]
    [InlineData("grant pg_read_server_files to metrics")]
    [InlineData("alter role metrics superuser")]
    [InlineData("alter role metrics_reader bypassrls")]
    [InlineData("create database other")]
    [InlineData("select pg_read_file('postgresql.conf')")]
    [InlineData("copy (select 1) to program 'true'")]
    public async Task The_application_may_not(string sql)
    {
        await using var source = NpgsqlDataSource.Create(fixture.Server.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);

        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(connection, sql)))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("select pg_advisory_xact_lock(1)")]
    [InlineData("select pg_notify('a', 'b')")]
    [InlineData("select set_config('search_path', 'public', false)")]
    [InlineData("create schema own")]
    [InlineData("create table public.own (n int)")]
    [InlineData("create extension btree_gist")]
    [InlineData("create function own() returns int language plpgsql as $$ begin return 1; end $$")]
    [InlineData("create temporary table scratch (n int)")]
    public async Task The_application_may(string sql)
    {
        await using var source = NpgsqlDataSource.Create(fixture.Server.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);

        await ExecuteAsync(connection, sql);
    }

    [Theory]
    [InlineData("select n from visible", 7)]
    [InlineData("show default_transaction_read_only", "on")]
    [InlineData("show statement_timeout", "1min")]
    [InlineData("show temp_file_limit", "1GB")]
    [InlineData("select count(*) from pg_shdepend d join pg_roles r on d.refobjid = r.oid "
        + "where r.rolname = current_user and d.deptype = 'o'", 0L)]
    [InlineData("select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls from pg_roles "
        + "where rolname = current_user", false)]
    public async Task The_reader_sees(string sql, object expected)
    {
        await using var source = NpgsqlDataSource.Create(fixture.Server.ReaderConnectionString);

        (await source.CreateCommand(sql).ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("template1")]
    public async Task The_reader_cannot_connect_to_a_database_of_the_system(string database)
    {
        var text = new NpgsqlConnectionStringBuilder(fixture.Server.ReaderConnectionString) { Database = database };
        await using var connection = new NpgsqlConnection(text.ConnectionString);

        (await Should.ThrowAsync<PostgresException>(() => connection.OpenAsync(TestContext.Current.CancellationToken)))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("select pg_sleep(0)")]
    [InlineData("select pg_advisory_lock(1)")]
    [InlineData("create temporary table mine (n int)")]
    [InlineData("create table public.mine (n int)")]
    public async Task Databases_made_later_are_restricted_alike(string sql)
    {
        Assert.SkipUnless(TestServer.IsEmbedded, "METRICS_TEST_CONNECTION is not ours to restrict");
        await using var database = await TestServer.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database.ReaderConnectionString);
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(connection, "set default_transaction_read_only = off");

        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(connection, sql)))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public sealed class OneServer : IAsyncLifetime
    {
        private readonly TestFolder folder = new();

        public EmbeddedServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await EmbeddedServer.StartAsync(folder.Options);
            await using var source = NpgsqlDataSource.Create(Server.ConnectionString);
            foreach (var sql in (string[])
                [
                    "create table hidden as select 1 as n", "create table visible as select 7 as n",
                    "grant usage on schema public to metrics_reader", "grant select on visible to metrics_reader",
                ])
                await source.CreateCommand(sql).ExecuteNonQueryAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await folder.DisposeAsync();
        }
    }
}
