using Metrics.Storage;

namespace Metrics.Tests.Storage;

public sealed class MigratorTests : IAsyncLifetime
{
    private static readonly Migrator.Script One = new("0001_one", "create table one (id int)");
    private TestDatabase database = null!;
    private Npgsql.NpgsqlDataSource source = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestServer.CreateDatabaseAsync();
        source = Npgsql.NpgsqlDataSource.Create(database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Every_script_is_applied_once_however_many_processes_start_together()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            Migrator.MigrateAsync(source, "metrics_reader", TimeProvider.System, TestContext.Current.CancellationToken)));

        applied.Sum(a => a.Count).ShouldBe(Migrator.Scripts.Count);
        (await Migrator.MigrateAsync(source, "metrics_reader", TimeProvider.System, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_script_that_was_changed_after_it_was_applied_is_refused()
    {
        await MigrateAsync([.. Migrator.Scripts, One]);
        var changed = One with { Text = "create table two (id int)" };

        var refused = await Should.ThrowAsync<MigrationException>(() => MigrateAsync([.. Migrator.Scripts, new Migrator.Script(changed.Name, changed.Text)]));

        refused.Message.ShouldStartWith("Migration 0001_one was changed after it was applied to this database (applied ");
        refused.Message.ShouldEndWith(". Restore the script and write a new one for the change.");
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await MigrateAsync([.. Migrator.Scripts, One]);

        (await Should.ThrowAsync<MigrationException>(() => MigrateAsync(Migrator.Scripts))).Message.ShouldBe(
            "This database has migration 0001_one, which this program does not know: it was made by a newer version. Run that version or a later one.");
    }

    private Task<IReadOnlyList<string>> MigrateAsync(IReadOnlyList<Migrator.Script> scripts) =>
        Migrator.MigrateAsync(source, "metrics_reader", scripts, TimeProvider.System, TestContext.Current.CancellationToken);
}
