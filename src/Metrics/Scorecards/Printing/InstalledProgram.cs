namespace Metrics.Scorecards.Printing;

/// <summary>The programs of the operating system that printing needs, and where they are.</summary>
public static class InstalledProgram
{
    public const string ChromiumVariable = "METRICS_CHROMIUM";

    private static readonly string[] Browsers =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly string[] MacBrowsers =
    [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];

    /// <summary>The path of Chromium or Chrome: the one named by <c>METRICS_CHROMIUM</c>, else the first in PATH.</summary>
    /// <exception cref="MissingProgramException">There is none.</exception>
    public static string Chromium(Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        if (variable(ChromiumVariable) is { Length: > 0 } named)
        {
            return CanRun(named)
                ? named
                : throw new MissingProgramException(
                    $"{ChromiumVariable} names '{named}', which is not a program: correct it, or unset it to use the Chromium in "
                    + "PATH.");
        }

        return Browsers.Select(name => InPath(name, variable)).OfType<string>().Concat(MacBrowsers.Where(CanRun)).FirstOrDefault()
            ?? throw new MissingProgramException(
                "Chromium, which prints the scorecard, was not found in PATH: install it (Debian, Ubuntu: sudo apt-get install "
                + "chromium; macOS: brew install --cask chromium), or set "
                + $"{ChromiumVariable} to the path of Chromium or Chrome.");
    }

    /// <summary>The path of one of the tools that read a PDF back: poppler's, or qpdf.</summary>
    /// <exception cref="MissingProgramException">It is not in PATH.</exception>
    public static string PdfTool(string name, Func<string, string?>? variable = null)
    {
        if (InPath(name, variable ?? Environment.GetEnvironmentVariable) is { } path) return path;
        var (debian, brew) = name == "qpdf" ? ("qpdf", "qpdf") : ("poppler-utils", "poppler");
        throw new MissingProgramException(
            $"{name}, which reads the scorecard back before it is written, was not found in PATH: install {debian} "
            + $"(Debian, Ubuntu: sudo apt-get install {debian}; macOS: brew install {brew}).");
    }

    private static string? InPath(string name, Func<string, string?> variable) =>
        (variable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(CanRun);

    private static bool CanRun(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != UnixFileMode.None);

    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
}
