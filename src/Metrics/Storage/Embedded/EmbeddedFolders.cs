using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace Metrics.Storage.Embedded;

/// <summary>Where the files of one embedded server lie.</summary>
/// <param name="Home">In the data folder; what the processes of Metrics share: lock, users, passwords.</param>
/// <param name="Place">What the server's own user must reach: cluster, socket, log. As a rule the same as Home.</param>
[UnsupportedOSPlatform("windows")]
internal sealed record EmbeddedFolders(string Home, string Place)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Everyone = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public string Lock => Path.Combine(Home, "lock");

    public string Users => Path.Combine(Home, "users");

    public string Passwords => Path.Combine(Home, "passwords");

    /// <summary>The finished cluster. It gets this name when its bootstrap is done, and never before.</summary>
    public string Cluster => Path.Combine(Place, "cluster");

    public string Sockets => Path.Combine(Place, "run");

    public string Log => Path.Combine(Place, "log");

    /// <summary>What the server says before it writes its own log.</summary>
    public string StartLog => Path.Combine(Log, "start.log");

    /// <summary>The folder of the socket, or the port, if the socket is not in <see cref="Sockets"/>.</summary>
    public string LastAddress => Path.Combine(Place, "address");

    /// <summary>The folders of a data folder, as far as they are known without looking for another place.</summary>
    public static EmbeddedFolders Of(string dataFolder)
    {
        var home = Path.Combine(Path.GetFullPath(dataFolder), "postgres");
        var elsewhere = PlaceFile(home);
        return new EmbeddedFolders(home, File.Exists(elsewhere) ? File.ReadAllText(elsewhere).Trim() : home);
    }

    /// <summary>Makes Home. Under root others may enter it, for the server's user has to pass; its secrets have modes of their own.</summary>
    public void CreateHome() =>
        Directory.CreateDirectory(Home, Environment.IsPrivilegedProcess ? Everyone : OwnerOnly);

    /// <summary>
    /// Settles Place and makes its folders. If the server's user cannot reach Home (root's data under a closed home folder),
    /// it is a folder of its own under <paramref name="commonPlace"/>, and a file in Home says so.
    /// </summary>
    /// <exception cref="PostgresUnavailableException">The place of an existing cluster is out of the user's reach.</exception>
    public async Task<EmbeddedFolders> SettleAsync(
        OsUser user, string commonPlace, Action<string>? log, CancellationToken cancellation)
    {
        var settled = this;
        if (!user.IsSelf && !await user.CanEnterAsync(Place, cancellation))
        {
            if (Directory.Exists(Cluster))
                throw new PostgresUnavailableException(
                    $"The database in {Cluster} is out of reach of the user {user.Name}, who runs it for root: let others enter the "
                    + "folders above it (chmod o+x), or move the data folder to where they can.");

            settled = this with { Place = FreePlace(commonPlace) };
            Directory.CreateDirectory(commonPlace, Everyone);
            Directory.CreateDirectory(settled.Place, OwnerOnly);
            await user.TakeAsync(settled.Place, cancellation);
            await File.WriteAllTextAsync(PlaceFile(Home) + ".new", settled.Place + "\n", cancellation);
            File.Move(PlaceFile(Home) + ".new", PlaceFile(Home), overwrite: true);
            log?.Invoke($"The database lies in {settled.Place}, because the user {user.Name}, who runs it, cannot reach {Home}.");
        }

        foreach (var folder in (string[])[settled.Sockets, settled.Log])
            await CreateOwnedAsync(folder, user, cancellation);
        return settled;
    }

    /// <summary>Makes a folder that only the server's user may enter, unless it exists.</summary>
    public static async Task CreateOwnedAsync(string folder, OsUser user, CancellationToken cancellation)
    {
        if (Directory.Exists(folder))
            return;

        Directory.CreateDirectory(folder, OwnerOnly);
        await user.TakeAsync(folder, cancellation);
    }

    // A data folder that was deleted and made again gets a new place: what is left in the old one is not ours to delete or open.
    private string FreePlace(string commonPlace)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Home)))[..16];
        return Enumerable.Range(1, int.MaxValue)
            .Select(number => Path.Combine(commonPlace, number == 1 ? hash : FormattableString.Invariant($"{hash}-{number}")))
            .First(folder => !Path.Exists(folder));
    }

    private static string PlaceFile(string home) => Path.Combine(home, "place");
}
