using Metrics.Model.Facts;

namespace Metrics.Sources.Canonical;

/// <summary>What a file's name says about it: <c>incidents.csv</c>, <c>pipeline_runs.2026-07.jsonl.gz</c>.</summary>
/// <param name="Fact">The fact that the part before the first dot names.</param>
/// <param name="IsCsv">CSV; else JSON Lines.</param>
internal sealed record CanonicalFile(FactSchema Fact, bool IsCsv)
{
    private static readonly string[] JsonLines = [".jsonl", ".ndjson"];

    private static string Facts => string.Join(", ", FactSchema.All.Select(f => f.File).Order(StringComparer.Ordinal));

    /// <summary>The file's kind, or why it has none.</summary>
    public static (CanonicalFile? File, string? Fault) Of(string path)
    {
        var name = Path.GetFileName(path);
        var plain = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        var extension = Path.GetExtension(plain);
        var isCsv = extension.Equals(".csv", StringComparison.OrdinalIgnoreCase);
        if (!isCsv && !JsonLines.Contains(extension, StringComparer.OrdinalIgnoreCase))
        {
            return (null, $"\"{name}\" is neither CSV nor JSON Lines; allowed are names that end in .csv, .jsonl or .ndjson, " +
                "or in one of these and .gz");
        }

        var stem = plain[..plain.IndexOf('.', StringComparison.Ordinal)];
        return FactSchema.OfFile(stem) is { } fact
            ? (new CanonicalFile(fact, isCsv), null)
            : (null, $"\"{stem}\" is not the name of a fact; allowed before the first dot are {Facts}");
    }
}
