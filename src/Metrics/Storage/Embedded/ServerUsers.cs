using System.Globalization;
using System.Security.Cryptography;

namespace Metrics.Storage.Embedded;

/// <summary>
/// The processes that use the server: each holds the lock on a file of its own, so that a dead one cannot be taken for alive.
/// Every call needs the lock of the data folder.
/// </summary>
internal sealed class ServerUsers(string folder)
{
    /// <summary>Enters this process; dispose of the result to leave.</summary>
    public FileLock Enter()
    {
        Directory.CreateDirectory(folder);

        // Containers that share the folder may have the same process number, and one process may start the server twice.
        var name = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, true)}");
        return FileLock.TryTake(Path.Combine(folder, name))!;
    }

    /// <summary>True if any process uses the server; forgets the dead.</summary>
    public bool Any()
    {
        if (!Directory.Exists(folder))
            return false;

        var any = false;
        foreach (var file in Directory.GetFiles(folder))
            if (FileLock.IsHeld(file))
                any = true;
            else
                File.Delete(file);
        return any;
    }
}
