using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Metrics.Storage.Embedded;

/// <summary>
/// Makes the cluster. It is made under another name, without a server that others could see, and renamed when all is done: a
/// bootstrap that is cut off leaves nothing that could be taken for a cluster.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ClusterBootstrap(PostgresBinaries binaries, OsUser user, EmbeddedFolders folders, EmbeddedOptions options)
{
    private const string DraftPrefix = "draft-";

    /// <summary>Deletes what bootstraps that were cut off have left.</summary>
    public static void DeleteDrafts(EmbeddedFolders folders)
    {
        foreach (var draft in Directory.GetDirectories(folders.Place, DraftPrefix + "*"))
            try
            {
                Directory.Delete(draft, recursive: true);
            }
            catch (IOException)
            {
                // An initdb that outlived its killed parent may still be writing there; the next start finds it.
            }

        foreach (var file in Directory.GetFiles(folders.Place, DraftPrefix + "*"))
            File.Delete(file);
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        options.Log?.Invoke($"Making a PostgreSQL {binaries.Version.Major} database in {folders.Place}.");
        var draft = Path.Combine(folders.Place, DraftPrefix + RandomNumberGenerator.GetHexString(8, lowercase: true));
        var passwords = EmbeddedPasswords.New();
        await InitialiseAsync(draft, passwords.Superuser, cancellation);
        await RunSqlAsync(draft, BootstrapSql.Commands(passwords), cancellation);
        await MakeOwnSettingsAsync(draft, cancellation);
        passwords.Write(folders.Passwords);
        Directory.Move(draft, folders.Cluster);

        // The server syncs its own files, and nobody the folder that has just been renamed.
        if (options.Durable)
            await new OsCommand("sync", folders.Place).RunAsync(cancellation);
    }

    private async Task InitialiseAsync(string draft, string password, CancellationToken cancellation)
    {
        var passwordFile = draft + ".password";
        var result = new OsResult(1, "", "");
        try
        {
            await WritePasswordAsync(passwordFile, password, cancellation);

            // Sorted by code point and so the same everywhere; upper and lower case of all letters where the system has the locale.
            foreach (var characters in (string[])["C.UTF-8", "C"])
            {
                await EmbeddedFolders.CreateOwnedAsync(draft, user, cancellation);
                result = await user.RunAsync(Initdb(draft, passwordFile, characters), cancellation);
                if (result.Succeeded || !result.Error.Contains("invalid locale", StringComparison.Ordinal))
                    break;
            }
        }
        finally
        {
            File.Delete(passwordFile);
        }

        if (!result.Succeeded)
            throw new PostgresUnavailableException($"initdb could not make a database in {folders.Place}: {result.Text}");
    }

    private async Task MakeOwnSettingsAsync(string draft, CancellationToken cancellation)
    {
        var file = Path.Combine(draft, ServerSettings.OwnFile);
        await File.WriteAllTextAsync(file, "# Settings of your own, for the next start of the server.\n", cancellation);
        await user.TakeAsync(file, cancellation);
    }

    private OsCommand Initdb(string draft, string passwordFile, string characters)
    {
        string[] sync = options.Durable ? [] : ["--no-sync"];
        return new OsCommand(
            binaries.Program("initdb"),
            [
                "--username=" + BootstrapSql.Superuser, "--pwfile=" + passwordFile, "--auth=scram-sha-256", "--encoding=UTF8",
                "--locale=C", "--lc-ctype=" + characters, "--data-checksums", "--no-instructions", .. sync,
            ])
        {
            Cluster = draft,
        };
    }

    private async Task WritePasswordAsync(string file, string password, CancellationToken cancellation)
    {
        var create = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using (var writer = new StreamWriter(file, create))
            await writer.WriteLineAsync(password.AsMemory(), cancellation);
        await user.TakeAsync(file, cancellation);
    }

    private async Task RunSqlAsync(string draft, IReadOnlyList<string> commands, CancellationToken cancellation)
    {
        // A failed command would be logged whole, with the password in it.
        var server = new OsCommand(
            binaries.Program("postgres"),
            "--single", "-j", "-c", "exit_on_error=on", "-c", "log_min_error_statement=panic", "-c", options.Durable ? "fsync=on" : "fsync=off",
            "template1")
        {
            Cluster = draft,
            Input = string.Concat(commands.Select(command => command + ";\n\n")),
        };
        var result = await user.RunAsync(server, cancellation);
        if (!result.Succeeded)
            throw new PostgresUnavailableException($"The database in {folders.Place} could not be prepared: {result.Error.Trim()}");
    }
}
