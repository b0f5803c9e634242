namespace Metrics.Tests.Sources;

/// <summary>Real payloads that may lie beside the repository; tests that read them skip where they do not.</summary>
internal static class SharedFixtures
{
    /// <summary>The folder of all of them; null where there is none.</summary>
    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "shared", "fixtures");
            if (Directory.Exists(folder)) return folder;
        }

        return null;
    }
}
