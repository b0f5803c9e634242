using System.Globalization;
using System.Text.RegularExpressions;

namespace Metrics.Storage.Embedded;

/// <summary>An installed PostgreSQL: the folder of its server programs and its version.</summary>
internal sealed partial record PostgresBinaries(string Folder, Version Version)
{
    private const string Cure =
        "install it (Debian, Ubuntu: sudo apt-get install postgresql; macOS: brew install postgresql@17), or set "
        + "ConnectionStrings__Metrics to the connection string of a server of your own.";

    private static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    /// <summary>Folders whose subfolders of this pattern hold a version's programs in <c>bin</c>.</summary>
    private static readonly (string Folder, string Pattern)[] Installations =
    [
        ("/usr/lib/postgresql", "*"),
        ("/usr", "pgsql-*"),
        ("/opt/homebrew/opt", "postgresql@*"),
        ("/usr/local/opt", "postgresql@*"),
    ];

    /// <summary>The path of one of its programs.</summary>
    public string Program(string name) => Path.Combine(Folder, name);

    /// <summary>
    /// Finds the PostgreSQL to use: in <paramref name="binFolder"/> if given, else in PATH, else the highest version installed.
    /// A cluster that exists already must have the major version that made it.
    /// </summary>
    /// <exception cref="PostgresUnavailableException">There is none, it is too old, or none fits the cluster.</exception>
    public static async Task<PostgresBinaries> FindAsync(
        string? binFolder, string cluster, CancellationToken cancellation, string? path = null)
    {
        var found = new List<PostgresBinaries>();
        foreach (var folder in binFolder is null ? Folders(path ?? Environment.GetEnvironmentVariable("PATH") ?? "") : [binFolder])
            if (await ReadAsync(folder, cancellation) is { } binaries)
                found.Add(binaries);

        var place = binFolder ?? "PATH, /usr/lib/postgresql and Homebrew";
        return Choose(found, ClusterMajor(cluster), cluster, place);
    }

    internal static PostgresBinaries Choose(IReadOnlyList<PostgresBinaries> found, int? clusterMajor, string cluster, string place)
    {
        if (found.Count == 0)
            throw new PostgresUnavailableException($"PostgreSQL was not found in {place}: {Cure}");

        if (clusterMajor is { } major)
            return found.FirstOrDefault(binaries => binaries.Version.Major == major)
                ?? throw new PostgresUnavailableException(
                    $"The database in {cluster} was made by PostgreSQL {major}, and PostgreSQL {found[0].Version.Major} in "
                    + $"{found[0].Folder} cannot open it: install PostgreSQL {major} beside it (Debian, Ubuntu: sudo apt-get "
                    + $"install postgresql-{major}; macOS: brew install postgresql@{major}), or name another data folder.");

        return found.FirstOrDefault(binaries => binaries.Version.Major >= PostgresVersion.OldestMajor)
            ?? throw new PostgresUnavailableException(
                $"PostgreSQL {found[0].Version} in {found[0].Folder} is too old, Metrics needs {PostgresVersion.OldestMajor} or "
                + $"later: {Cure}");
    }

    private static IEnumerable<string> Folders(string path) =>
        path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted)
            .Concat(
                from installation in Installations
                where Directory.Exists(installation.Folder)
                from folder in Directory.GetDirectories(installation.Folder, installation.Pattern)
                orderby LastNumber(folder) descending
                select Path.Combine(folder, "bin"))
            .Distinct();

    private static int LastNumber(string folder) =>
        int.TryParse(Digits().Match(folder).Value, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static async Task<PostgresBinaries?> ReadAsync(string folder, CancellationToken cancellation)
    {
        if (!Programs.All(program => File.Exists(Path.Combine(folder, program))))
            return null;

        var result = await new OsCommand(Path.Combine(folder, "postgres"), "--version").RunAsync(cancellation);
        var version = VersionNumber().Match(result.Output);
        return version.Success
            ? new PostgresBinaries(folder, new Version(Group("major"), Group("minor")))
            : null;

        int Group(string name) =>
            int.TryParse(version.Groups[name].Value, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static int? ClusterMajor(string cluster)
    {
        var file = Path.Combine(cluster, "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d+)(\.(?<minor>\d+))?", RegexOptions.ExplicitCapture)]
    private static partial Regex VersionNumber();

    [GeneratedRegex(@"\d+$")]
    private static partial Regex Digits();
}
