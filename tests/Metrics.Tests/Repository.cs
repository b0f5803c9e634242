namespace Metrics.Tests;

/// <summary>Where the sources under test lie.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Metrics.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No Metrics.sln above {AppContext.BaseDirectory}.");
    }
}
