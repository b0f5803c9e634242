using System.Text.Json;
using Metrics.Sources;
using Metrics.Sources.Dlt;
using Metrics.Storage;
using Metrics.Storage.Ingestion;
using Metrics.Sync;
using Metrics.Tests.Storage;
using Npgsql;

namespace Metrics.Tests.Sources.Dlt;

/// <summary>A PostgreSQL destination with the tables that dlt itself wrote, where the shared fixtures lie beside the repository.</summary>
public sealed class DltDestinationTests : IAsyncLifetime
{
    private const string Runs =
        "select concat_ws(' ', run_id, state, started_at at time zone 'utc', ended_at at time zone 'utc', rows_written) from fact.pipeline_run where deleted_at is null order by started_at";

    private const string Changes = "select concat_ws(' ', change, \"column\", detected_at at time zone 'utc', breaking) from fact.schema_change where deleted_at is null order by 1";

    private readonly DltSource source = new();
    private MetricsDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");

    public ValueTask DisposeAsync() => database.DisposeAsync();

    /// <summary>No failure was ever saved, so that there is no column step_exception; a completed job has no finished_at.</summary>
    [Fact]
    public async Task Pulled_it_gives_what_the_files_of_its_tables_give_and_a_second_time_nothing_new()
    {
        var folder = Path.Combine(SourceFixtures.Required("dlt"), "generated", "tables");
        await using (var session = await database.Application.OpenConnectionAsync(Cancellation))
        {
            await session.ExecuteAsync("create schema shop_raw", Cancellation);
            foreach (var file in Directory.EnumerateFiles(folder, "*.jsonl")) await FillAsync(session, file);
        }

        (await PullAsync()).Rejected.ShouldBe(0);

        await using var files = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        await files.ImportAsync(source, folder);
        var runs = await database.LinesAsync(Runs);
        runs.ShouldBe(await files.LinesAsync(Runs));
        runs.Split('\n').Length.ShouldBe(3);
        (await database.LinesAsync(Changes)).ShouldBe(await files.LinesAsync(Changes));
        (await database.LinesAsync("select distinct pipeline from fact.pipeline_run where deleted_at is null")).ShouldBe("orders_pipeline");
        (await PullAsync()).New.ShouldBe(0);
        (await database.LinesAsync(Runs)).ShouldBe(runs);
    }

    private async Task<SyncReport> PullAsync()
    {
        var ingest = new Ingest(database.Application, database.Clock, database.Settings.Precedence);
        var connection = SourceConnection.Create(source, "wh", secrets: new Dictionary<string, string> { ["connection_string"] = database.ConnectionString }) with
        {
            AllowPrivateAddresses = true,
        };
        var report = await new SyncRunner(database.Application, new Importer(database.Application, ingest, database.Clock), ingest, database.Clock)
            .PullAsync(new ConfiguredConnection(connection, 1), cancellation: Cancellation);
        report.Error.ShouldBeNull();
        return report;
    }

    /// <summary>A table with the columns that its rows have, typed as dlt types them in PostgreSQL.</summary>
    private static async Task FillAsync(NpgsqlConnection session, string file)
    {
        var rows = await File.ReadAllLinesAsync(file, Cancellation);
        var columns = rows.SelectMany(r => JsonDocument.Parse(r).RootElement.EnumerateObject()).DistinctBy(c => c.Name).Select(c => $"\"{c.Name}\" {c.Value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Number => c.Value.TryGetInt64(out _) ? "bigint" : "double precision",
            _ => c.Name.EndsWith("_at", StringComparison.Ordinal) ? "timestamptz" : "text",
        }}");
        var table = $"shop_raw.\"{Path.GetFileNameWithoutExtension(file)}\"";
        await session.ExecuteAsync($"create table {table} ({string.Join(", ", columns)})", Cancellation);
        await session.ExecuteAsync($"insert into {table} select * from jsonb_populate_recordset(null::{table}, $1::jsonb)", Cancellation, $"[{string.Join(',', rows)}]");
    }
}
