using System.Diagnostics;
using System.Runtime.Versioning;
using Metrics.Storage.Embedded;
using Npgsql;

namespace Metrics.Tests.Storage.Embedded;

/// <summary>Data folders of every kind, and what is kept in them.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class EmbeddedFoldersTests
{
    [Fact]
    public async Task A_path_too_long_for_a_socket_works()
    {
        var part = new string('x', 60);
        await using var folder = new TestFolder($"{part}/{part}");
        string sockets;
        await using (var server = await StartAsync(folder.Options))
        {
            await AnswersAsync(server);
            sockets = new NpgsqlConnectionStringBuilder(server.ConnectionString).Host!;
            sockets.ShouldStartWith("/tmp/metrics-");
            File.GetUnixFileMode(sockets).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Directory.Exists(sockets).ShouldBeFalse();
    }

    [Fact]
    public async Task A_path_with_all_that_shells_and_connection_strings_find_special_works()
    {
        await using var folder = new TestFolder("a b,c;d'e\"f$(touch x)`g`\\h=ü%i");
        await using (var server = await StartAsync(folder.Options))
            await AnswersAsync(server);

        await using var again = await StartAsync(folder.Options);
        await AnswersAsync(again);
    }

    [Fact]
    public async Task A_socket_folder_elsewhere_is_kept_when_a_killed_server_is_started_again()
    {
        await using var folder = new TestFolder(new string('x', 90));
        await using var server = await StartAsync(folder.Options);
        using var process = Process.GetProcessById(PostmasterFile.Read(server.ClusterFolder)!.Process!.Value);
        process.Kill();

        await using var next = await StartAsync(folder.Options);

        next.ConnectionString.ShouldBe(server.ConnectionString);
        await AnswersAsync(server);
    }

    [Fact]
    public async Task Under_root_a_folder_that_others_cannot_reach_gets_its_cluster_elsewhere()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        await using var folder = new TestFolder();
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string cluster;
        await using (var server = await StartAsync(folder.Options))
        {
            cluster = server.ClusterFolder;
            cluster.ShouldStartWith("/var/lib/metrics/");
            await ExecuteAsync(server, "create table kept (n int)");
        }

        await using (var again = await StartAsync(folder.Options))
        {
            again.ClusterFolder.ShouldBe(cluster);
            await ExecuteAsync(again, "select * from kept");
        }
    }

    [Fact]
    public async Task Under_root_a_folder_that_was_deleted_and_made_again_begins_empty()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        await using var folder = new TestFolder();
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string first;
        await using (var server = await StartAsync(folder.Options))
            first = Path.GetDirectoryName(server.ClusterFolder)!;
        Directory.Delete(Path.Combine(folder.Path, "postgres"), recursive: true);

        await using (var server = await StartAsync(folder.Options))
        {
            server.ClusterFolder.ShouldBe($"{first}-2/cluster");
            await AnswersAsync(server);
        }

        Directory.Exists(Path.Combine(first, "cluster")).ShouldBeTrue();
        Directory.Delete(first, recursive: true);
    }

    [Fact]
    public async Task A_cluster_of_another_version_is_left_alone()
    {
        await using var folder = new TestFolder();
        string version;
        await using (var server = await StartAsync(folder.Options))
            version = Path.Combine(server.ClusterFolder, "PG_VERSION");
        await File.WriteAllTextAsync(version, "14\n", TestContext.Current.CancellationToken);

        var error = await Should.ThrowAsync<PostgresUnavailableException>(() => StartAsync(folder.Options));

        error.Message.ShouldStartWith($"The database in {Path.GetDirectoryName(version)} was made by PostgreSQL 14, and PostgreSQL ");
        (await File.ReadAllTextAsync(version, TestContext.Current.CancellationToken)).ShouldBe("14\n");
    }

    [Fact]
    public async Task Lost_passwords_are_an_error_that_deletes_nothing()
    {
        await using var folder = new TestFolder();
        await using (var server = await StartAsync(folder.Options))
            await AnswersAsync(server);
        var passwords = Path.Combine(folder.Path, "postgres", "passwords");
        File.Move(passwords, passwords + ".away");

        (await Should.ThrowAsync<PostgresUnavailableException>(() => StartAsync(folder.Options))).Message.ShouldBe(
            $"The passwords of the embedded PostgreSQL cannot be read from {passwords}: restore that file from a backup, or move "
            + $"the folder {folder.Path}/postgres away to begin with an empty database.");

        File.Move(passwords + ".away", passwords);
        await using var again = await StartAsync(folder.Options);
        await AnswersAsync(again);
    }

    [Fact]
    public async Task A_data_folder_that_is_taken_away_under_a_server_is_no_error()
    {
        await using var folder = new TestFolder();
        var server = await StartAsync(folder.Options);
        using var process = Process.GetProcessById(PostmasterFile.Read(server.ClusterFolder)!.Process!.Value);
        process.Kill();
        Directory.Move(Path.Combine(folder.Path, "postgres"), Path.Combine(folder.Path, "gone"));

        await Should.NotThrowAsync(() => server.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_an_error_that_says_so()
    {
        await using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        (await Should.ThrowAsync<PostgresUnavailableException>(() => StartAsync(folder.Options with { DataFolder = file }))).Message
            .ShouldStartWith($"The data folder {file} cannot hold a database (");
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why()
    {
        await using var folder = new TestFolder();
        string cluster;
        await using (var server = await StartAsync(folder.Options))
            cluster = server.ClusterFolder;
        await File.WriteAllTextAsync(
            Path.Combine(cluster, "own.conf"), "shared_buffers = 'much'\n", TestContext.Current.CancellationToken);

        var error = await Should.ThrowAsync<PostgresUnavailableException>(() => StartAsync(folder.Options));

        error.Message.ShouldStartWith($"The embedded PostgreSQL in {cluster} did not start; its log is in ");
        error.Message.ShouldContain("invalid value for parameter \"shared_buffers\": \"much\"");
    }

    [Fact]
    public async Task Passwords_are_in_no_process_argument_no_log_and_no_open_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        await using var folder = new TestFolder();
        using var stop = new CancellationTokenSource();
        var watch = CommandLinesAsync(stop.Token);
        await using var server = await StartAsync(folder.Options);
        await stop.CancelAsync();
        var seen = await watch;

        var passwords = EmbeddedPasswords.Read(Path.Combine(folder.Path, "postgres", "passwords"));
        var logs = Directory.GetFiles(server.LogFolder).Select(File.ReadAllText);
        seen.ShouldContain(line => line.Contains("initdb", StringComparison.Ordinal));
        foreach (var password in (string[])[passwords.Superuser, passwords.Application, passwords.Reader])
            string.Concat(seen.Concat(logs)).ShouldNotContain(password);
        File.GetUnixFileMode(Path.Combine(folder.Path, "postgres", "passwords"))
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(folder.Path, "*.password", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private static async Task<HashSet<string>> CommandLinesAsync(CancellationToken stop)
    {
        var seen = new HashSet<string>();
        while (!stop.IsCancellationRequested)
        {
            foreach (var process in Directory.GetDirectories("/proc"))
                try
                {
                    seen.Add(await File.ReadAllTextAsync(Path.Combine(process, "cmdline"), TestContext.Current.CancellationToken));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // Not a process, or one that has just ended.
                }

            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        return seen;
    }

    private static Task<EmbeddedServer> StartAsync(EmbeddedOptions options) =>
        EmbeddedServer.StartAsync(options, TestContext.Current.CancellationToken);

    private static Task AnswersAsync(EmbeddedServer server) => ExecuteAsync(server, "select 1");

    private static async Task ExecuteAsync(EmbeddedServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
