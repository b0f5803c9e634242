using System.Globalization;

namespace Metrics.Storage.Embedded;

/// <summary>
/// The operating system's user that the server runs as. PostgreSQL refuses root, so root runs it as another: the owner of the
/// cluster, else <c>postgres</c>, else <c>nobody</c>.
/// </summary>
internal sealed class OsUser
{
    private readonly int? id;
    private readonly int group;
    private readonly Func<OsCommand, OsCommand> disguise;

    private OsUser(string name, int? id, int group, Func<OsCommand, OsCommand> disguise)
    {
        Name = name;
        this.id = id;
        this.group = group;
        this.disguise = disguise;
    }

    /// <summary>The user's name, or its number if it has none.</summary>
    public string Name { get; }

    /// <summary>True if the server runs as the user of this process.</summary>
    public bool IsSelf => id is null;

    /// <summary>Finds the user for a cluster that may not exist yet.</summary>
    /// <exception cref="PostgresUnavailableException">This is root, and there is no way to run as anyone else.</exception>
    public static async Task<OsUser> FindAsync(string cluster, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            return new OsUser(Environment.UserName, null, 0, command => command);

        if (await OwnerAsync(cluster, cancellation) is { User: > 0 } owner)
            return await BecomeAsync(owner.User, owner.Group, cancellation);

        foreach (var name in (string[])["postgres", "nobody"])
            if (await NumberAsync("-u", name, cancellation) is { } user
                && await NumberAsync("-g", name, cancellation) is { } group)
                return await BecomeAsync(user, group, cancellation);

        throw new PostgresUnavailableException(
            "PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody to run it as: run Metrics "
            + "as an ordinary user, or set ConnectionStrings__Metrics to the connection string of a server of your own.");
    }

    /// <summary>Runs a program as this user.</summary>
    public Task<OsResult> RunAsync(OsCommand command, CancellationToken cancellation) =>
        disguise(command).RunAsync(cancellation);

    /// <summary>True if this user may enter the folder.</summary>
    public async Task<bool> CanEnterAsync(string folder, CancellationToken cancellation) =>
        (await RunAsync(new OsCommand("/bin/sh", "-c", "cd -- \"$0\"", folder), cancellation)).Succeeded;

    /// <summary>True if the folder is this user's own, and not a link to one.</summary>
    public async Task<bool> OwnsAsync(string folder, CancellationToken cancellation) =>
        (await RunAsync(new OsCommand("/bin/sh", "-c", "[ -O \"$0\" ] && [ ! -L \"$0\" ]", folder), cancellation)).Succeeded;

    /// <summary>Makes this user the owner of a file or folder that this process has just made.</summary>
    public async Task TakeAsync(string path, CancellationToken cancellation)
    {
        if (IsSelf)
            return;

        var result = await new OsCommand("chown", Number($"{id}:{group}"), path).RunAsync(cancellation);
        if (!result.Succeeded)
            throw new PostgresUnavailableException($"{path} could not be given to the user {Name}: {result.Text}");
    }

    private static async Task<OsUser> BecomeAsync(int user, int group, CancellationToken cancellation)
    {
        var named = await new OsCommand("id", "-un", Number($"{user}")).RunAsync(cancellation);
        var name = named.Succeeded ? named.Output.Trim() : Number($"{user}");
        Func<OsCommand, OsCommand>[] ways =
        [
            c => c with
            {
                Program = "setpriv",
                Arguments = [Number($"--reuid={user}"), Number($"--regid={group}"), "--clear-groups", "--", c.Program, .. c.Arguments],
            },
            c => c with { Program = "runuser", Arguments = ["-u", name, "--", c.Program, .. c.Arguments] },
            c => c with
            {
                Program = "su",
                Arguments = ["-s", "/bin/sh", name, "-c", string.Join(' ', new[] { c.Program }.Concat(c.Arguments).Select(Quote))],
            },
            c => c with { Program = "sudo", Arguments = ["-n", "-E", "-u", name, "--", c.Program, .. c.Arguments] },
        ];

        // Each exists somewhere in a form that does not work: busybox's setpriv, runuser without PAM's files.
        foreach (var way in ways)
            if (await way(new OsCommand("id", "-u")).RunAsync(cancellation) is { Succeeded: true } whoami
                && whoami.Output.Trim() == Number($"{user}"))
                return new OsUser(name, user, group, way);

        throw new PostgresUnavailableException(
            $"PostgreSQL does not run as root, and none of setpriv, runuser, su and sudo can run it as the user {name}: run "
            + "Metrics as an ordinary user, or set ConnectionStrings__Metrics to the connection string of a server of your own.");
    }

    private static async Task<(int User, int Group)?> OwnerAsync(string path, CancellationToken cancellation)
    {
        if (!Path.Exists(path))
            return null;

        var listed = await new OsCommand("ls", "-nd", path).RunAsync(cancellation);
        return listed.Output.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries) is [_, _, var user, var group, _]
            ? (int.Parse(user, CultureInfo.InvariantCulture), int.Parse(group, CultureInfo.InvariantCulture))
            : null;
    }

    private static async Task<int?> NumberAsync(string what, string name, CancellationToken cancellation)
    {
        var result = await new OsCommand("id", what, name).RunAsync(cancellation);
        return result.Succeeded ? int.Parse(result.Output.Trim(), CultureInfo.InvariantCulture) : null;
    }

    private static string Number(FormattableString text) => FormattableString.Invariant(text);

    private static string Quote(string argument) => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
