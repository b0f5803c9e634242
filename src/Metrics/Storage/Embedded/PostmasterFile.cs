using System.Globalization;

namespace Metrics.Storage.Embedded;

/// <summary>What the server says of itself in <c>postmaster.pid</c>; the file stays behind when the server is killed.</summary>
internal sealed record PostmasterFile(int Process, string Host, int Port)
{
    // No system has a process of this number.
    private const string Nobody = "2147483646";

    public static string PathIn(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <summary>Reads the file of a cluster; null if there is none, or it is not yet written to its end.</summary>
    public static PostmasterFile? Read(string cluster)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PathIn(cluster));
        }
        catch (IOException)
        {
            return null;
        }

        // process, folder, start time, port, socket folder, TCP address, shared memory, state
        if (lines.Length < 6
            || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out var process)
            || !int.TryParse(lines[3], CultureInfo.InvariantCulture, out var port))
            return null;

        return new PostmasterFile(process, lines[4].Length > 0 ? lines[4] : lines[5], port);
    }

    /// <summary>True if that process is alive and is the server of this cluster, and not one that got its number since.</summary>
    public async Task<bool> IsAliveAsync(string cluster, OsUser user, CancellationToken cancellation)
    {
        var number = Process.ToString(CultureInfo.InvariantCulture);

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
    public static void DeclareDead(string cluster)
    {
        var file = PathIn(cluster);
        var lines = File.ReadAllLines(file);
        lines[0] = Nobody;
        File.WriteAllLines(file, lines);
    }
}
