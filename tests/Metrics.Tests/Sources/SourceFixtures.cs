namespace Metrics.Tests.Sources;

/// <summary>Real payloads of other systems, where the shared fixtures lie beside the repository.</summary>
internal static class SourceFixtures
{
    /// <summary>The folder of a system, or of all of them; null where it is not there.</summary>
    public static string? Folder(string system = "")
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "shared", "fixtures", system);
            if (Directory.Exists(folder)) return folder;
        }

        return null;
    }

    /// <summary>The folder of a system; the test is skipped where it is not there.</summary>
    public static string Required(string system)
    {
        var folder = Folder(system);
        Assert.SkipWhen(folder is null, "The shared fixtures are not beside the repository.");
        return folder!;
    }
}
