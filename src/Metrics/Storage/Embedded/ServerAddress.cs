using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Metrics.Storage.Embedded;

/// <summary>Where the server listens: the folder of its Unix socket, or the loopback address.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial record ServerAddress(string Host, int Port)
{
    private const int SocketPort = 5432;

    // The system's limit for the whole path is 104 bytes on macOS and 108 on Linux, with the closing zero.
    private const int LongestSocketPath = 100;

    public bool IsSocket => Host.StartsWith('/');

    /// <summary>
    /// Chooses a folder where a socket can be made: in the cluster's own place, else a new one with a short path in the
    /// temporary folder; the loopback address if there is none.
    /// </summary>
    public static async Task<ServerAddress> ChooseAsync(EmbeddedFolders folders, OsUser user, CancellationToken cancellation)
    {
        if (CanHoldSocket(folders.Sockets))
            return new ServerAddress(folders.Sockets, SocketPort);

        var last = Last(folders);
        if (Directory.Exists(last) && await user.OwnsAsync(last, cancellation) && CanHoldSocket(last))
            return new ServerAddress(last, SocketPort);

        foreach (var parent in (string[])["/tmp", Path.GetTempPath()])
        {
            // A name that nobody can guess: in a folder where all may write, another could have made it first.
            var folder = Path.Combine(parent, "metrics-" + RandomNumberGenerator.GetHexString(16, lowercase: true));
            if (!Directory.Exists(parent) || !HasUsablePath(folder))
                continue;

            await EmbeddedFolders.CreateOwnedAsync(folder, user, cancellation);
            if (CanHoldSocket(folder) && await user.CanEnterAsync(folder, cancellation))
            {
                await File.WriteAllTextAsync(folders.LastAddress, folder + "\n", cancellation);
                return new ServerAddress(folder, SocketPort);
            }

            Directory.Delete(folder, recursive: true);
        }

        var port = FreePort(int.TryParse(last, CultureInfo.InvariantCulture, out var lastPort) ? lastPort : 0);
        await File.WriteAllTextAsync(folders.LastAddress, string.Create(CultureInfo.InvariantCulture, $"{port}\n"), cancellation);
        return new ServerAddress(IPAddress.Loopback.ToString(), port);
    }

    /// <summary>Removes a socket folder that was made outside the cluster's place. The server must have stopped.</summary>
    public static void Forget(EmbeddedFolders folders)
    {
        var last = Last(folders);
        if (Directory.Exists(last))
            Directory.Delete(last, recursive: true);
        File.Delete(folders.LastAddress);
    }

    // After a crash the server comes back where its users expect it.
    private static string Last(EmbeddedFolders folders) =>
        File.Exists(folders.LastAddress) ? File.ReadAllText(folders.LastAddress).Trim() : "";

    private static bool CanHoldSocket(string folder)
    {
        if (!HasUsablePath(folder))
            return false;

        var probe = Path.Combine(folder, ".probe");
        try
        {
            File.Delete(probe);
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(probe));
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            File.Delete(probe);
        }
    }

    private static bool HasUsablePath(string folder) =>
        UsablePath().IsMatch(folder) && Encoding.UTF8.GetByteCount(folder) + $"/.s.PGSQL.{SocketPort}".Length <= LongestSocketPath;

    private static int FreePort(int preferred)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, preferred);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException) when (preferred != 0)
        {
            return FreePort(0);
        }
    }

    // A comma separates hosts in a connection string, and a colon ends one.
    [GeneratedRegex(@"\A/[A-Za-z0-9/._+~ -]+\z")]
    private static partial Regex UsablePath();
}
