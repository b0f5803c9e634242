using System.Runtime.CompilerServices;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dbt;

/// <summary>The artifacts that dbt leaves in its target folder.</summary>
public sealed class DbtSource : IPushSource
{
    internal const string SourceName = "dbt";

    private static readonly string[] Extensions = [".json", ".jsonl", ".ndjson", ".log"];
    private static readonly string[] ArtifactNames = ["manifest", "run_results", "sources", "freshness", "catalog"];

    public string Name => SourceName;

    public string Description =>
        "Artifacts of dbt: run_results.json, manifest.json, sources.json, freshness.json and catalog.json, from the project's target folder.";

    public IEnumerable<Payload> Fetch(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0) throw new SourceException("No path was given; name dbt's target folder, or the artifacts.");
        return [.. paths.SelectMany(Under).DistinctBy(p => p.Path)];
    }

    public Stream Redact(Payload payload, Redactor redactor)
    {
        var content = DbtArtifact.ContentAsync(payload, CancellationToken.None).GetAwaiter().GetResult();
        return new MemoryStream(new DbtPrivacy(redactor).Rewrite(payload.Name, content).ToArray(), writable: false);
    }

    public async IAsyncEnumerable<Reading> ReadAsync(
        Payload payload, ReadContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Log(payload) is { } refusal) throw new SourceException($"{payload.Name}: {refusal}.");
        using var artifact = await DbtArtifact.OpenAsync(payload, cancellation);
        var privacy = new DbtPrivacy(context.Redactor);
        var readings = artifact.Kind switch
        {
            "run-results" => new DbtRunResults(artifact, privacy).Read(),
            "manifest" => new DbtManifest(artifact, privacy).Read(),
            "sources" or "freshness" => new DbtFreshness(artifact, privacy).Read(),
            _ => new DbtCatalog(artifact, privacy).Read(),
        };
        foreach (var reading in readings)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return reading;
        }
    }

    public IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments, ReadContext context) =>
        DbtContracts.IsOf(fragments[0]) ? DbtContracts.Compose(fragments) : DbtProject.Compose(fragments);

    /// <summary>One artifact; which one its content says.</summary>
    public PushedEvent Describe(PushRequest request) => UploadedFile.Of(request, "artifact.json");

    private static IEnumerable<Payload> Under(string path)
    {
        if (Directory.Exists(path)) return InFolder(path);
        if (!File.Exists(path))
            throw new SourceException($"{path}: there is no such file or folder; check the path, or where the command is run.");
        var payload = Payload.OfFile(path);
        return Log(payload) is { } refusal ? throw new SourceException($"{path}: {refusal}.") : [payload];
    }

    private static List<Payload> InFolder(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => Extensions.Contains(Extension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .Select(Payload.OfFile)
            .Select(p => p with { Skipped = Refusal(p) })
            .ToList();
        return files.Exists(f => f.Skipped is null) ? files : throw new SourceException(
            $"{folder}: holds no dbt artifact. Supported are {DbtArtifact.Supported}; dbt writes them to its target folder.");
    }

    private static string? Log(Payload payload) => Extension(payload.Name).Equals(".json", StringComparison.OrdinalIgnoreCase)
        ? null
        : "is a log, not an artifact, and lacks what results need; import the run_results.json of the same invocation";

    /// <summary>Why a file in a folder is left out. One with an artifact's name is not: reading it will tell.</summary>
    private static string? Refusal(Payload payload)
    {
        if (Log(payload) is { } log) return log;
        var isNamedSo = ArtifactNames.Any(n => Path.GetFileName(payload.Name).StartsWith(n, StringComparison.OrdinalIgnoreCase));
        return isNamedSo || HasSchemaVersion(payload) ? null
            : $"is no dbt artifact: it has no metadata.dbt_schema_version; supported are {DbtArtifact.Supported}";
    }

    // metadata may stand anywhere: an artifact that was sorted begins with other members.
    private static bool HasSchemaVersion(Payload payload)
    {
        var mark = "\"dbt_schema_version\""u8;
        var buffer = new byte[1 << 16];
        var kept = 0;
        using var stream = payload.Open();
        try
        {
            while (stream.Read(buffer, kept, buffer.Length - kept) is > 0 and var read)
            {
                var seen = buffer.AsSpan(0, kept + read);
                if (seen.IndexOf(mark) >= 0) return true;
                kept = Math.Min(seen.Length, mark.Length);
                seen[^kept..].CopyTo(buffer);
            }
        }
        catch (InvalidDataException)
        {
            return true;
        }

        return false;
    }

    private static string Extension(string path) =>
        Path.GetExtension(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path);
}
