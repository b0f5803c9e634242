using System.Diagnostics;

namespace Metrics.Storage.Embedded;

/// <summary>A lock on a file that the operating system releases when its holder ends, however it ends.</summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream stream;

    private FileLock(FileStream stream) => this.stream = stream;

    /// <summary>Takes the lock, or returns null if another holds it. The file is made if missing.</summary>
    public static FileLock? TryTake(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    /// <summary>Takes the lock as soon as its holder lets go.</summary>
    /// <exception cref="PostgresUnavailableException">It was not free within the timeout.</exception>
    public static async Task<FileLock> TakeAsync(string path, EmbeddedOptions options, CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        var told = false;
        while (true)
        {
            if (TryTake(path) is { } taken)
                return taken;

            if (waited.Elapsed > options.StartTimeout)
                throw new PostgresUnavailableException(
                    $"Another process has held {path} for more than {options.StartTimeout.TotalSeconds:0} seconds while it starts "
                    + "or stops the embedded PostgreSQL: end that process and try again.");

            if (!told && waited.Elapsed > TimeSpan.FromSeconds(1))
            {
                options.Log?.Invoke("Waiting for another process that is starting or stopping the embedded PostgreSQL.");
                told = true;
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>True if a living process holds the lock on an existing file.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException e) when (IsHeld(e))
        {
            return true;
        }
    }

    public void Dispose() => stream.Dispose();

    // EWOULDBLOCK of Linux and of macOS.
    private static bool IsHeld(IOException e) => e.HResult is 11 or 35;
}
