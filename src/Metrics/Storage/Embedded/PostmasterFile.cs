using System.Globalization;

namespace Metrics.Storage.Embedded;

/// <summary>What the server says of itself in <c>postmaster.pid</c>; the file stays behind when the server is killed.</summary>
/// <param name="Process">Its number; null if the file is empty, as after a power cut.</param>
/// <param name="Host">The folder of its socket, or its TCP address; empty while it has neither.</param>
/// <param name="Port">Its port.</param>
internal sealed record PostmasterFile(int? Process, string Host, int Port)
{
    // No system has a process of this number.
    private const string Nobody = "2147483646";

    public static string PathIn(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <summary>Reads the file of a cluster; null if there is none.</summary>
    public static PostmasterFile? Read(string cluster)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PathIn(cluster));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        // process, folder, start time, port, socket folder, TCP address, shared memory, state: they come as the start goes on
        var host = Line(4).Length > 0 ? Line(4) : Line(5);
        return new PostmasterFile(Number(Line(0)), host, Number(Line(3)) ?? 0);

        string Line(int index) => index < lines.Length ? lines[index] : "";

        int? Number(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>True if that process is alive and is the server of this cluster, and not one that got its number since.</summary>
    public async Task<bool> IsAliveAsync(string cluster, OsUser user, CancellationToken cancellation)
    {
        if (Process is null)
            return false;

        var number = Process.Value.ToString(CultureInfo.InvariantCulture);

        // Asked as the server's own user: in a container even root may not look into another user's process.
        var question = OperatingSystem.IsLinux()
            ? new OsCommand("/bin/sh", "-c", "[ \"/proc/$0/cwd/postmaster.pid\" -ef \"$1\" ]", number, PathIn(cluster))
            : new OsCommand("/bin/sh", "-c", "ps -p \"$0\" -o comm= | grep -q postgres", number);
        return (await user.RunAsync(question, cancellation)).Succeeded;
    }

    /// <summary>
    /// Tells the next server that the process of this file is dead, whoever has its number now. The file itself must stay: from
    /// it the server knows the shared memory in which processes of the dead one may still be at work.
    /// </summary>
    public void DeclareDead(string cluster)
    {
        var file = PathIn(cluster);
        if (Process is null)
        {
            File.Delete(file);
            return;
        }

        var lines = File.ReadAllLines(file);
        lines[0] = Nobody;
        File.WriteAllLines(file, lines);

        // The socket has such a file too, in a folder that no other server uses.
        if (Host.StartsWith('/'))
            File.Delete(Path.Combine(Host, string.Create(CultureInfo.InvariantCulture, $".s.PGSQL.{Port}.lock")));
    }
}
