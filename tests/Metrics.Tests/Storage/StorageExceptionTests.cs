using Metrics.Model.Facts;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Npgsql;
using FactAttribute = Xunit.FactAttribute;

namespace Metrics.Tests.Storage;

public sealed class StorageExceptionTests : IAsyncLifetime
{
    private MetricsDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_database_that_goes_away_in_the_middle_of_an_import_loses_nothing_and_says_so()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var ingest = new Ingest(database.Application, database.Clock, []);

        var failure = await Should.ThrowAsync<StorageException>(() => ingest.WriteAsync(Payload(CutOffAfter(15_000)), cancellation));

        failure.Message.ShouldBe("The database went away; nothing of runs.csv was written. Run the same command again when it is back.");
        failure.IsTransient.ShouldBeTrue();
        (await CountAsync("select count(*) from fact.pipeline_run")).ShouldBe(0);
        (await CountAsync("select count(*) from ingest.landed")).ShouldBe(1);

        var report = await ingest.WriteAsync(Payload(Runs(20_000)), cancellation);
        report.New.ShouldBe(20_000);
    }

    [Theory]
    [InlineData("53100", "The database's disk is full; nothing of runs.csv was written. Free space, then run the same command again.")]
    [InlineData("57P01", "The database went away; nothing of runs.csv was written. Run the same command again when it is back.")]
    [InlineData("42501", "The database refused runs.csv: words of the server (SQLSTATE 42501).")]
    public void What_the_server_says_is_told_with_what_to_do(string state, string message) =>
        StorageException.Of(new PostgresException("words of the server", "ERROR", "ERROR", state), "runs.csv")!.Message.ShouldBe(message);

    [Fact]
    public void A_failure_that_is_not_the_databases_is_left_alone() =>
        StorageException.Of(new InvalidOperationException(), "runs.csv").ShouldBeNull();

    private static IncomingPayload Payload(IAsyncEnumerable<Reading> readings) =>
        new("canonical", "runs.csv", 4, () => new MemoryStream("runs"u8.ToArray()), () => new MemoryStream("runs"u8.ToArray()), readings);

    private static async IAsyncEnumerable<Reading> Runs(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (i % 1_000 == 0) await Task.Yield();
            yield return new RecordRead(new PipelineRun { Pipeline = "p", RunId = $"r{i}", Attempt = 1, State = RunState.Success });
        }
    }

    /// <summary>Ends the import's own connection from another, as a server that is stopped does.</summary>
    private async IAsyncEnumerable<Reading> CutOffAfter(int count)
    {
        await foreach (var run in Runs(count)) yield return run;
        await using var command = database.Application.CreateCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and usename = current_user");
        await command.ExecuteNonQueryAsync();
        await foreach (var run in Runs(count)) yield return run;
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = database.Application.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
