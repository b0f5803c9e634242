namespace Metrics.Server.Hosting;

/// <summary>Where things lie.</summary>
internal static class Folders
{
    /// <summary>The folder with <c>queries/kpis</c>: that of the program, or one above it.</summary>
    public static string Home { get; } = FindHome();

    public static string Kpis => Path.Combine(Home, "queries", "kpis");

    public static string Reports => Path.Combine(Home, "queries", "reports");

    public static string Seed => Path.Combine(Home, "seed");

    /// <summary><c>--data</c>, else <c>METRICS_DATA</c>, else <c>~/.local/share/metrics</c>.</summary>
    public static string Data(string? given) => Path.GetFullPath(
        given
        ?? (Environment.GetEnvironmentVariable("METRICS_DATA") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "metrics")));

    private static string FindHome()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "queries", "kpis"))) return folder.FullName;
        return AppContext.BaseDirectory;
    }
}
