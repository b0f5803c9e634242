namespace Metrics.Sources;

/// <summary>Files and folders of a source that delivers JSON.</summary>
internal static class JsonFiles
{
    /// <summary>The files under the paths; those in a folder that are no JSON are there as skipped.</summary>
    /// <exception cref="SourceException">A path does not exist, a file is no JSON by its name, or a folder holds none.</exception>
    public static IEnumerable<Payload> Fetch(IReadOnlyList<string> paths, string what)
    {
        if (paths.Count == 0) throw new SourceException($"No path was given; name files or folders of {what}, as .json or .jsonl.");
        return [.. paths.SelectMany(p => Under(p, what)).DistinctBy(p => p.Path)];
    }

    private static List<Payload> Under(string path, string what)
    {
        if (Directory.Exists(path))
        {
            var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(Payload.OfFile)
                .Select(p => JsonRows.IsJson(p.Name) ? p : p with { Skipped = $"is not named .json or .jsonl, as {what} are" })
                .ToList();
            return files.Exists(f => f.Skipped is null) ? files : throw new SourceException($"{path}: holds no .json or .jsonl file with {what}.");
        }

        if (!File.Exists(path))
            throw new SourceException($"{path}: there is no such file or folder; check the path, or where the command is run.");
        return JsonRows.IsJson(path) ? [Payload.OfFile(path)] : throw new SourceException(
            $"{path}: is not named .json or .jsonl; {what} are read from these.");
    }
}
