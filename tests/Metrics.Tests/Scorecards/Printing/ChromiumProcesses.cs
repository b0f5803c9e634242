using System.Globalization;

namespace Metrics.Tests.Scorecards.Printing;

/// <summary>The processes below this one, from <c>/proc</c>.</summary>
internal static class ChromiumProcesses
{
    /// <summary>Process ids whose command line contains a text, children and grandchildren alike.</summary>
    public static IReadOnlyList<int> Below(int ancestor, string commandContains)
    {
        var parents = Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Parent: Parent(id)))
            .ToDictionary(process => process.Id, process => process.Parent);

        return [.. parents.Keys.Where(id => IsBelow(id) && Command(id).Contains(commandContains, StringComparison.Ordinal)).Order()];

        bool IsBelow(int id) => parents.TryGetValue(id, out var parent) && parent > 0 && (parent == ancestor || IsBelow(parent));
    }

    public static bool IsRunning(int id) => Read(id, "stat") is { Length: > 0 } stat && !stat.Contains(") Z", StringComparison.Ordinal);

    private static int Parent(int id)
    {
        var stat = Read(id, "stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;
    }

    private static string Command(int id) => Read(id, "cmdline").Replace('\0', ' ');

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
