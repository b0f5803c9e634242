using System.Diagnostics;
using Metrics.Kpis;
using Metrics.Kpis.Definitions;
using Metrics.Model;
using Metrics.Storage;
using Metrics.Tests.Storage;
using Npgsql;

namespace Metrics.Tests.Kpis.Definitions;

/// <summary>
/// What a KPI file must not do. The text rules refuse most of it early; the login as which it runs can do none of it anyway.
/// </summary>
public sealed class KpiSandboxTests : IAsyncLifetime
{
    private MetricsDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        await database.ImportAsync(("incidents.csv", "incident_id,severity,detected_at\ni1,1,2026-05-01T00:00:00Z\n"));
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData("reset role", "the SQL begins with \"reset\"; it must be one SELECT, or WITH … SELECT")]
    [InlineData("commit", "the SQL begins with \"commit\"; it must be one SELECT, or WITH … SELECT")]
    [InlineData("insert into incident values (@from, @to)", "the SQL begins with \"insert\"; it must be one SELECT, or WITH … SELECT")]
    [InlineData("select @from, @to; select 1", "\";\" ends a statement; a KPI file holds one SELECT and no semicolon")]
    [InlineData("select @from, @to, pg_sleep(100)", "\"pg_sleep\" is not for KPI files: they read the fact views and nothing of the server")]
    [InlineData("select @from, @to, \"pg_read_file\"('x')", "\"pg_read_file\" is not for KPI files: they read the fact views and nothing of the server")]
    [InlineData("select @from, @to, set_config('role', 'x', false)", "\"set_config\" is not for KPI files: they read the fact views and nothing of the server")]
    [InlineData("select @from, @to from pg_catalog.pg_authid", "\"pg_catalog\" is not for KPI files: they read the fact views and nothing of the server")]
    [InlineData("select @from, @to, U&\"\\0070g_sleep\"(1)", "U&\"…\" hides what it names; write the name itself")]
    public void The_text_rules_say_so_before_anything_runs(string sql, string message) =>
        KpiSqlRules.Faults(sql, KpiKind.Ratio).Select(f => f.Message).ShouldContain(message);

    [Theory]
    [InlineData("select @from as at where @to > @from union all select now() from fact.incident", "42501", "permission denied for schema fact")]
    [InlineData("select @from as at, @to from ingest.batch", "42501", "permission denied for schema ingest")]
    [InlineData("select @from as at, @to from catalog.version", "42501", "permission denied for schema catalog")]
    [InlineData("select @from as at, @to from kpi.daily", "42501", "permission denied for schema kpi")]
    [InlineData("with gone as (delete from incident returning 1) select @from as at, @to from gone", null, null)]
    [InlineData("with made as (insert into incident (incident_id) values ('x') returning 1) select @from as at, @to from made", null, null)]
    [InlineData("select @from as at, @to) q; reset role; select (1", null, null)]
    [InlineData("select @from as at, @to, owner from postmortem_action", "42703", "column \"owner\" does not exist")]
    public async Task The_server_refuses_what_the_rules_let_through(string sql, string? state, string? message)
    {
        var failure = await Should.ThrowAsync<Exception>(EvaluateAsync(sql));

        var refused = Refusal(failure).ShouldNotBeNull(failure.ToString());
        if (state is not null) refused.SqlState.ShouldBe(state);
        if (message is not null) refused.MessageText.ShouldBe(message);
        (await database.Evaluator.EvaluateAsync(Request("incident_rate"), Cancellation))[0].N.ShouldBe(1);
    }

    [Theory]
    [InlineData("select passwd from pg_shadow")]
    [InlineData("select rolpassword from pg_authid")]
    [InlineData("select pg_read_file('/etc/passwd')")]
    [InlineData("select pg_ls_dir('/')")]
    [InlineData("select lo_import('/etc/passwd')")]
    [InlineData("select lo_create(0)")]
    [InlineData("copy (select 1) to program 'true'")]
    [InlineData("copy (select 1) to '/tmp/x'")]
    [InlineData("create table t (a int)")]
    [InlineData("create table public.t (a int)")]
    [InlineData("create schema s")]
    [InlineData("create temporary table t (a int)")]
    [InlineData("insert into analyst.incident (incident_id) values ('x')")]
    [InlineData("delete from fact.incident")]
    [InlineData("truncate kpi.daily")]
    [InlineData("drop view analyst.incident")]
    [InlineData("select * from fact.incident")]
    [InlineData("select value from ingest.secret")]
    [InlineData("alter role metrics_reader superuser")]
    [InlineData("set role postgres")]
    [InlineData("set session authorization postgres")]
    [InlineData("create extension dblink")]
    [InlineData("select pg_terminate_backend(pid) from pg_stat_activity where usename <> current_user and pid <> pg_backend_pid()")]
    [InlineData("select pg_advisory_lock(1)")]
    [InlineData("select pg_advisory_xact_lock_shared(1)")]
    [InlineData("select pg_try_advisory_lock(1)")]
    [InlineData("lock table analyst.incident in access exclusive mode")]
    public async Task The_login_itself_cannot(string sql)
    {
        Assert.SkipUnless(TestServer.IsEmbedded, "Another server's roles may be able to do other things.");
        await using var connection = await database.Reader.OpenConnectionAsync(Cancellation);

        // Without any of the engine's precautions; that a session is read-only it can lift by itself.
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await connection.ExecuteAsync("set transaction read write", Cancellation);
        var refused = await Should.ThrowAsync<PostgresException>(async () =>
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(Cancellation);
        });

        refused.SqlState.ShouldBeOneOf("42501", "22023", "42704", "3F000");
    }

    [Fact]
    public async Task What_a_session_sets_does_not_outlive_it()
    {
        await Should.ThrowAsync<Exception>(EvaluateAsync("select @from as at, @to where 1 / 0 = 1"));

        await using var connection = await database.Reader.OpenConnectionAsync(Cancellation);
        (await connection.ScalarAsync<string>("select current_setting('metrics.zone', true)", Cancellation)).ShouldBeOneOf("", null);
    }

    [Theory]
    [InlineData("select @from as at, repeat('x', 1000) as note, 1 as numerator, 1 as denominator from generate_series(1, 10000000000) where @to > @from")]
    [InlineData("select @from as at, 1 as numerator, 1 as denominator where @to > @from and (select count(*) from generate_series(1, 10000000000)) > 0")]
    public async Task Endless_work_is_stopped(string sql)
    {
        var watch = Stopwatch.StartNew();

        var failure = await Should.ThrowAsync<KpiException>(EvaluateAsync(sql, TimeSpan.FromSeconds(2)));

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        failure.Message.ShouldStartWith("sample: ");
    }

    [Fact]
    public async Task Long_texts_are_cut() =>
        (await EvidenceAsync("select @from as at, repeat('x', 100000) as excluded, repeat('y', 5000) as note where @to > @from"))
            .Select(o => (o.Excluded!.Length, o.Note!.Length)).ShouldBe([(2000, 2000)]);

    [Theory]
    [InlineData("select @from as at, 1e30 as numerator, 1 as denominator where @to > @from")]
    [InlineData("select @from as at, 'NaN'::float8 as numerator, 1 as denominator where @to > @from")]
    [InlineData("select @from as at, 'infinity'::float8 as numerator, 1 as denominator where @to > @from")]
    [InlineData("select 'infinity'::timestamptz as at, 1 as numerator, 1 as denominator where @to > @from")]
    [InlineData("select @from as at, 1 / (select 0) as numerator, 1 as denominator where @to > @from")]
    [InlineData("select @from as at, 'many' as numerator, 1 as denominator where @to > @from")]
    public async Task Numbers_that_are_none_are_an_error_that_names_the_kpi_or_no_observation(string sql)
    {
        try
        {
            (await EvaluateAsync(sql))[0].N.ShouldBe(0);
        }
        catch (KpiException failure)
        {
            failure.Message.ShouldStartWith("sample: ");
        }
    }

    private static PostgresException? Refusal(Exception failure) => failure as PostgresException ?? failure.InnerException as PostgresException;

    private static KpiRequest Request(string kpi) => new(Period.Parse("2026-05", ReportingCalendar.Utc)) { Kpis = [kpi] };

    /// <summary>A definition whose SELECT has passed no rule.</summary>
    private KpiEvaluator Evaluator(string sql, TimeSpan? timeout)
    {
        var sample = KpiSamples.Valid with { Sql = sql };
        database.Kpis = new KpiLibrary([.. MetricsDatabase.Library.Definitions, sample], database.Settings);
        return timeout is { } limit
            ? new KpiEvaluator(database.Application, database.Reader, database.Kpis, database.Settings, database.Clock) { Timeout = limit }
            : database.Evaluator;
    }

    private Task<IReadOnlyList<KpiRow>> EvaluateAsync(string sql, TimeSpan? timeout = null) =>
        Evaluator(sql, timeout).EvaluateAsync(Request("sample"), Cancellation);

    private Task<IReadOnlyList<Observation>> EvidenceAsync(string sql) =>
        Evaluator(sql, null).EvidenceAsync("sample", Period.Parse("2026-05", ReportingCalendar.Utc), new Dictionary<Dimension, string?>(), Cancellation);
}
