using System.Text.Json;
using Metrics.Storage;
using Metrics.Storage.Embedded;
using Metrics.Tests.Storage;
using Npgsql;

namespace Metrics.Tests.Commands;

/// <summary>What a BI tool sees with SQL, under the login that the program has made for it.</summary>
public sealed class BiCommandTests : IAsyncDisposable
{
    private const string Now = "2026-07-10T12:00:00Z";
    private readonly TestFolder data = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("metrics-records-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await data.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_login_reads_the_values_the_evaluator_gives_and_sees_and_changes_nothing_else()
    {
        await WriteAsync("datasets.csv", "dataset,valid_from,tier,team\nd0,,0,core\nd1,,1,crm\n");
        await WriteAsync("pipelines.csv", "pipeline,datasets,team\np0,d0,core\np1,d1,crm\n");
        await WriteAsync(
            "pipeline_runs.csv",
            "pipeline,run_id,attempt,scheduled_for,ended_at,state\n" +
            string.Concat(Enumerable.Range(0, 40).Select(i => $"p{i % 2},r{i},1,2026-06-{1 + (i / 2):00}T06:00:00Z,2026-06-{1 + (i / 2):00}T07:00:00Z,{(i % 4 == 0 ? "failed" : "success")}\n")));
        await WriteAsync("teams.csv", "team,domain,manager_email\ncore,platform,ada@example.com\ncrm,sales,bob@example.com\n");
        await WriteAsync("team_months.csv", "month,team,headcount_start,headcount_end,voluntary_leavers\n2026-06,core,3,3,1\n2026-06,crm,9,9,1\n");

        // The server stays up while one of its own is there.
        await using var server = await EmbeddedServer.StartAsync(data.Options, Cancellation);
        await RunAsync("import", "canonical", folder.FullName);
        (await RunAsync("bi", "refresh", "--now", Now)).ShouldContain(" values in bi.kpi_value");
        var text = (await RunAsync("bi", "login")).Trim();
        await using var tool = NpgsqlDataSource.Create(text);

        using var answer = JsonDocument.Parse(await RunAsync("kpi", "pipeline_success_rate", "--period", "2026-06", "--by", "tier", "--format", "json", "--now", Now));
        var expected = answer.RootElement.EnumerateArray().Select(r => $"{r.GetProperty("tier").GetInt32()} {r.GetProperty("numerator").GetDecimal()} {r.GetProperty("n").GetInt64()}");
        (await LinesAsync(tool, "select concat_ws(' ', tier, numerator, n) from bi.kpi_value where kpi = 'pipeline_success_rate' and period = '2026-06' and dimension = 'tier' order by tier"))
            .ShouldBe(expected);
        (await LinesAsync(tool, "select concat_ws(' ', trim_scale(sum(numerator)), trim_scale(sum(denominator))) from bi.kpi_daily where kpi = 'pipeline_success_rate'")).ShouldBe(["30 40"]);
        (await LinesAsync(tool, "select concat_ws(' ', dataset, tier, team) from bi.dataset order by 1")).ShouldBe(["d0 0 core", "d1 1 crm"]);
        (await LinesAsync(tool, "select count(*)::text from bi.pipeline_run")).ShouldBe(["40"]);

        // Three people are too few to be told about, and the total less the others would tell.
        (await LinesAsync(tool, "select distinct dimension from bi.kpi_value where kpi = 'voluntary_attrition' and n > 0 order by 1")).ShouldBe(["total"]);
        (await LinesAsync(tool, "select count(*)::text from bi.kpi_daily where kpi = 'voluntary_attrition'")).ShouldBe(["0"]);

        // Everything that can be read, searched for an address.
        foreach (var view in await LinesAsync(tool, "select table_name from information_schema.tables where table_schema = 'bi'"))
            (await LinesAsync(tool, $"select t::text from bi.{view} t")).ShouldAllBe(row => !row.Contains("example.com", StringComparison.Ordinal), view);

        (await LinesAsync(tool, "select distinct table_schema from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')"))
            .ShouldBe(["bi"]);
        foreach (var (sql, refusal) in ((string, string)[])
            [
                ("select 1 from fact.pipeline_run", "permission denied"), ("select 1 from kpi.daily", "permission denied"),
                ("select 1 from analyst.dataset", "permission denied"), ("select 1 from audit.log", "permission denied"),
                ("select 1 from public.migration", "permission denied"), ("delete from bi.kpi_value", "read-only transaction"),
                ("set default_transaction_read_only = off; delete from bi.kpi_value", "permission denied"), ("create table bi.mine (x int)", "read-only transaction"),
            ])
        {
            var refused = await Should.ThrowAsync<PostgresException>(async () =>
            {
                await using var connection = await tool.OpenConnectionAsync(Cancellation);
                foreach (var statement in sql.Split("; "))
                {
                    await using var command = new NpgsqlCommand(statement, connection);
                    await command.ExecuteNonQueryAsync(Cancellation);
                }
            });
            refused.MessageText.ShouldContain(refusal, Case.Sensitive, sql);
        }
    }

    [Fact]
    public async Task Another_password_takes_the_place_of_the_last_one_and_a_name_that_is_none_is_refused()
    {
        await using var server = await EmbeddedServer.StartAsync(data.Options, Cancellation);
        var first = (await RunAsync("bi", "login")).Trim();
        var second = (await RunAsync("bi", "login")).Trim();

        second.ShouldNotBe(first);
        await using var old = NpgsqlDataSource.Create(first + ";Pooling=false");
        (await Should.ThrowAsync<PostgresException>(() => LinesAsync(old, "select 1::text"))).SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
        var (code, _, errors) = await MetricsProcess.RunAsync(data.Path, "bi", "login", "--role", "x\"; drop");
        (code, errors.Contains("use lower-case letters, digits and _", StringComparison.Ordinal)).ShouldBe((2, true), errors);
        BiLogin.Commands("r", "p", "d", exists: false)[0].ShouldStartWith("create role");
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output, errors) = await MetricsProcess.RunAsync(data.Path, arguments);
        code.ShouldBe(0, output + errors);
        return output;
    }

    private Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(folder.FullName, file), text, Cancellation);

    private static async Task<List<string>> LinesAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var lines = new List<string>();
        while (await reader.ReadAsync(Cancellation)) lines.Add(reader.GetString(0));
        return lines;
    }
}
