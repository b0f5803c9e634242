using System.Diagnostics;
using Metrics.Storage.Embedded;
using Npgsql;

namespace Metrics.Tests.Storage.Embedded;

public sealed class EmbeddedServerTests
{
    [Fact]
    public async Task A_fresh_data_folder_gets_a_server_that_answers()
    {
        await using var folder = new TestFolder();
        await using var server = await StartAsync(folder.Options);

        (await ScalarAsync(server, "select current_user || '@' || current_database()")).ShouldBe("metrics@metrics");
        (await ScalarAsync(server, "show server_encoding")).ShouldBe("UTF8");
        (await ScalarAsync(server, "select lower('ÀÉ')")).ShouldBe("àé");
        (await ScalarAsync(server, "select string_agg(c, '' order by c) from unnest(array['b', 'B', 'a', 'A', 'é']) c"))
            .ShouldBe("ABabé");
        (await ScalarAsync(server, "show timezone")).ShouldBe("UTC");
        (await ScalarAsync(server, "show listen_addresses")).ShouldBe("");
        server.Version.Major.ShouldBeGreaterThanOrEqualTo(15);
    }

    [Fact]
    public async Task The_default_is_durable()
    {
        await using var folder = new TestFolder();
        await using var server = await StartAsync(new EmbeddedOptions { DataFolder = folder.Path });

        (await ScalarAsync(server, "select string_agg(setting, ',' order by name) from pg_settings "
            + "where name in ('fsync', 'full_page_writes', 'synchronous_commit')")).ShouldBe("on,on,on");
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_stop_and_a_start()
    {
        await using var folder = new TestFolder();
        await using (var server = await StartAsync(folder.Options))
            await ScalarAsync(server, "create table kept as select 42 as number");

        await using var again = await StartAsync(folder.Options);

        (await ScalarAsync(again, "select number from kept")).ShouldBe(42);
    }

    [Fact]
    public async Task Users_of_one_folder_share_a_server_and_the_last_one_out_stops_it()
    {
        await using var folder = new TestFolder();
        await using var server = await StartAsync(folder.Options);
        var process = ProcessOf(server);
        await using var child = await EmbeddedChild.StartAsync(folder.Path);

        await server.DisposeAsync();
        ProcessOf(server).ShouldBe(process);

        await child.QuitAsync();
        PostmasterFile.Read(server.ClusterFolder).ShouldBeNull();
    }

    [Fact]
    public async Task One_process_may_use_a_server_twice()
    {
        await using var folder = new TestFolder();
        await using var first = await StartAsync(folder.Options);
        await using var second = await StartAsync(folder.Options);

        await first.DisposeAsync();

        (await ScalarAsync(second, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_server_whose_users_were_all_killed_is_adopted_and_stopped_by_the_next()
    {
        await using var folder = new TestFolder();
        await using var child = await EmbeddedChild.StartAsync(folder.Path);
        await child.KillAsync();

        await using var server = await StartAsync(folder.Options);
        (await StartedOnceAsync(server)).ShouldBeTrue();
        (await ScalarAsync(server, "select 1")).ShouldBe(1);

        await server.DisposeAsync();
        PostmasterFile.Read(server.ClusterFolder).ShouldBeNull();
    }

    [Fact]
    public async Task A_killed_server_is_started_again_with_all_that_was_committed()
    {
        await using var folder = new TestFolder();
        await using var server = await StartAsync(folder.Options);
        await ScalarAsync(server, "create table kept as select 42 as number");
        KillServer(server);

        await using var next = await StartAsync(folder.Options);

        (await ScalarAsync(next, "select number from kept")).ShouldBe(42);
        next.ConnectionString.ShouldBe(server.ConnectionString);
    }

    [Fact]
    public async Task Its_user_can_have_a_killed_server_started_again()
    {
        await using var folder = new TestFolder();
        await using var server = await StartAsync(folder.Options);
        KillServer(server);

        await server.EnsureRunningAsync(TestContext.Current.CancellationToken);
        await server.EnsureRunningAsync(TestContext.Current.CancellationToken);

        (await ScalarAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_dead_servers_number_that_another_process_has_got_does_not_confuse()
    {
        await using var folder = new TestFolder();
        await using var server = await StartAsync(folder.Options);
        KillServer(server);
        var file = PostmasterFile.PathIn(server.ClusterFolder);
        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        lines[0] = $"{Environment.ProcessId}";
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);

        await using var next = await StartAsync(folder.Options);

        (await ScalarAsync(next, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task An_empty_process_file_that_a_power_cut_has_left_does_not_confuse()
    {
        await using var folder = new TestFolder();
        await using var server = await StartAsync(folder.Options);
        KillServer(server);
        await File.WriteAllTextAsync(PostmasterFile.PathIn(server.ClusterFolder), "", TestContext.Current.CancellationToken);

        await using var next = await StartAsync(folder.Options);

        (await ScalarAsync(next, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_session_that_outlives_its_killed_server_is_waited_for()
    {
        await using var folder = new TestFolder();
        await using var server = await StartAsync(folder.Options);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var busy = new NpgsqlCommand("select sum(n) from generate_series(1, 8000000) n", connection);
        var answer = busy.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        KillServer(server);

        await using var next = await StartAsync(folder.Options);

        answer.IsCompleted.ShouldBeTrue();
        (await ScalarAsync(next, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Creating_databases_is_allowed_and_withdrawn_by_the_option()
    {
        await using var folder = new TestFolder();
        await using (var server = await StartAsync(folder.Options))
        {
            await Should.ThrowAsync<PostgresException>(() => ScalarAsync(server, "create database one"));
            await using var allowed = await StartAsync(folder.Options with { AllowCreateDatabase = true });
            await ScalarAsync(allowed, "create database two");
            await ScalarAsync(allowed, "create database three template two");
        }

        await using var again = await StartAsync(folder.Options);
        await Should.ThrowAsync<PostgresException>(() => ScalarAsync(again, "create database four"));
    }

    [Fact]
    public async Task A_cancelled_start_does_no_harm()
    {
        await using var folder = new TestFolder();
        using var cancel = new CancellationTokenSource();
        var start = EmbeddedServer.StartAsync(folder.Options, cancel.Token);
        await Eventually.TrueAsync(() => Directory.Exists(Path.Combine(Home(folder), "cluster")));
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => start);
        await using var server = await StartAsync(folder.Options);
        (await ScalarAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Processes_that_start_at_once_on_a_fresh_folder_share_one_server()
    {
        await using var folder = new TestFolder();
        await using var one = EmbeddedChild.Launch(folder.Path);
        await using var two = EmbeddedChild.Launch(folder.Path);
        await using var server = await StartAsync(folder.Options);
        await Task.WhenAll(one.ReadyAsync(), two.ReadyAsync());

        (await StartedOnceAsync(server)).ShouldBeTrue();
        await Task.WhenAll(one.QuitAsync(), two.QuitAsync());
        (await ScalarAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_bootstrap_that_was_killed_is_done_again()
    {
        await using var folder = new TestFolder();
        await using var child = EmbeddedChild.Launch(folder.Path);
        await Eventually.TrueAsync(() => Directory.Exists(Home(folder))
            && Directory.GetFiles(Home(folder), "PG_VERSION", SearchOption.AllDirectories).Length > 0);
        await child.KillAsync();
        Directory.Exists(Path.Combine(Home(folder), "cluster")).ShouldBeFalse();

        await using var server = await StartAsync(folder.Options);

        (await ScalarAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Ctrl_C_in_the_terminal_does_not_reach_the_server()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs setsid");
        await using var folder = new TestFolder();
        await using var child = await EmbeddedChild.StartAsync(folder.Path, inSession: true);
        using var interrupt = Process.Start("kill", ["-INT", "--", $"-{child.Id}"]);
        await child.EndedAsync();

        await using var server = await StartAsync(folder.Options);

        (await StartedOnceAsync(server)).ShouldBeTrue();
    }

    private static Task<EmbeddedServer> StartAsync(EmbeddedOptions options) =>
        EmbeddedServer.StartAsync(options, TestContext.Current.CancellationToken);

    private static string Home(TestFolder folder) => Path.Combine(folder.Path, "postgres");

    private static int ProcessOf(EmbeddedServer server) =>
        PostmasterFile.Read(server.ClusterFolder)?.Process ?? throw new InvalidOperationException("The server does not run.");

    private static void KillServer(EmbeddedServer server)
    {
        using var process = Process.GetProcessById(ProcessOf(server));
        process.Kill();
    }

    private static async Task<bool> StartedOnceAsync(EmbeddedServer server)
    {
        var logs = Directory.GetFiles(server.LogFolder, "postgresql-*.log").Select(file =>
            File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        var text = string.Concat(await Task.WhenAll(logs));
        return text.Split("starting PostgreSQL").Length == 2;
    }

    private static async Task<object?> ScalarAsync(EmbeddedServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
