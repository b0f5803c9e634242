namespace Metrics.Sources;

/// <summary>Files of a source under paths that somebody gave.</summary>
internal static class SourceFiles
{
    /// <summary>
    /// Every file that is named, and every file in the folders that are: those without one of the extensions (before
    /// <c>.gz</c>) are skipped with the reason.
    /// </summary>
    /// <param name="what">What they hold, for people.</param>
    /// <param name="advice">Where one gets them.</param>
    /// <exception cref="SourceException">A path does not exist, or holds nothing.</exception>
    public static IEnumerable<Payload> Under(IReadOnlyList<string> paths, IReadOnlyList<string> extensions, string what, string advice)
    {
        if (paths.Count == 0) throw new SourceException($"No path was given; name files or folders of {what}.");
        return [.. paths.SelectMany(p => Under(p, extensions, what, advice)).DistinctBy(p => p.Path)];
    }

    private static List<Payload> Under(string path, IReadOnlyList<string> extensions, string what, string advice)
    {
        if (File.Exists(path)) return [Payload.OfFile(path)];
        if (!Directory.Exists(path))
            throw new SourceException($"{path}: there is no such file or folder; check the path, or where the command is run.");
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(Payload.OfFile)
            .Select(p => extensions.Contains(Extension(p.Name), StringComparer.OrdinalIgnoreCase)
                ? p
                : p with { Skipped = $"is not one of {string.Join(", ", extensions)}" })
            .ToList();
        return files.Exists(f => f.Skipped is null) ? files : throw new SourceException($"{path}: holds no {what}; {advice}.");
    }

    private static string Extension(string path) =>
        Path.GetExtension(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path);
}
