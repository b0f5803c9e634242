using System.Security.Cryptography;
using Metrics.Storage.Embedded;

namespace Metrics.Tests.Storage;

/// <summary>A data folder of a test, deleted when disposed of, with what its embedded server has left elsewhere.</summary>
internal sealed class TestFolder : IAsyncDisposable
{
    private const string Prefix = "metrics-tests-";

    /// <param name="name">Folders to make below the temporary one, to lengthen the path; empty for none.</param>
    public TestFolder(string name = "")
    {
        Root = System.IO.Path.Combine(System.IO.Path.GetTempPath(), Prefix + RandomNumberGenerator.GetHexString(12, lowercase: true));
        Path = System.IO.Path.Combine(Root, name);
        Directory.CreateDirectory(Path);
    }

    private string Root { get; }

    public string Path { get; }

    public EmbeddedOptions Options => new() { DataFolder = Path, Durable = false };

    /// <summary>Deletes the folders of test runs that were killed, and stops their servers.</summary>
    public static async Task SweepAsync()
    {
        // A younger one may be of a run that is just starting.
        var old = TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromHours(1);
        foreach (var left in Directory.GetDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
            if (Directory.GetLastWriteTimeUtc(left) < old)
                await RemoveAsync(left, left);
    }

    public async ValueTask DisposeAsync() => await RemoveAsync(Path, Root);

    private static async Task RemoveAsync(string dataFolder, string root)
    {
        try
        {
            var options = new EmbeddedOptions { DataFolder = dataFolder };
            if (!OperatingSystem.IsWindows() && await EmbeddedServer.StopIfUnusedAsync(options, CancellationToken.None))
            {
                var place = EmbeddedFolders.Of(dataFolder).Place;
                if (Directory.Exists(place))
                    Directory.Delete(place, recursive: true);
                Directory.Delete(root, recursive: true);
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or PostgresUnavailableException)
        {
            // Another user's, or damaged.
        }
    }
}
