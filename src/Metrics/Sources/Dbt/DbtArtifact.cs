using System.Text.Json;
using System.Text.RegularExpressions;

namespace Metrics.Sources.Dbt;

/// <summary>A file that dbt wrote, known by its own <c>metadata.dbt_schema_version</c>, never by its name.</summary>
internal sealed partial class DbtArtifact : IDisposable
{
    public const string Supported = "manifest v4 to v12, run-results v2 to v6, sources v1 to v3, freshness v0 to v1 and catalog v1";

    private const int LargestMegabytes = 200;

    private static readonly Dictionary<string, (int First, int Last)> Versions = new()
    {
        ["manifest"] = (4, 12),
        ["run-results"] = (2, 6),
        ["sources"] = (1, 3),
        ["freshness"] = (0, 1),
        ["catalog"] = (1, 1),
    };

    private readonly JsonDocument document;

    private DbtArtifact(string file, JsonDocument document)
    {
        this.document = document;
        File = file;
        Metadata = Root.At("metadata");
        var schema = Metadata.Text("dbt_schema_version")
            ?? throw new SourceException(
                $"{file}: is no dbt artifact: it has no metadata.dbt_schema_version. Supported are {Supported}.");
        var form = Schema().Match(schema);
        Kind = form.Success ? form.Groups["kind"].Value : "";
        if (!form.Success || !Versions.TryGetValue(Kind, out var versions)
            || !int.TryParse(form.Groups["version"].ValueSpan, out var version)
            || version < versions.First || version > versions.Last)
        {
            throw new SourceException($"{file}: dbt_schema_version is \"{schema}\"; supported are {Supported}.");
        }

        GeneratedAt = Metadata.Moment("generated_at")
            ?? throw new SourceException($"{file}: metadata.generated_at is missing or no time; take the file as dbt wrote it.");
    }

    public string File { get; }

    /// <summary><c>manifest</c>, <c>run-results</c>, <c>sources</c>, <c>freshness</c> or <c>catalog</c>.</summary>
    public string Kind { get; }

    public JsonElement Root => document.RootElement;

    public JsonElement Metadata { get; }

    /// <summary>When dbt wrote it: the version of every record in it, and the moment of the snapshot that it is.</summary>
    public DateTimeOffset GeneratedAt { get; }

    /// <exception cref="SourceException">
    /// It is too large, unreadable, no artifact, or of a version that is not supported.
    /// </exception>
    public static async Task<DbtArtifact> OpenAsync(Payload payload, CancellationToken cancellation)
    {
        var content = await ContentAsync(payload, cancellation);
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 256 });
        }
        catch (JsonException e)
        {
            throw Unreadable(payload.Name, e);
        }

        try
        {
            return new DbtArtifact(payload.Name, json);
        }
        catch (SourceException)
        {
            json.Dispose();
            throw;
        }
    }

    /// <summary>The whole content, without a byte order mark.</summary>
    public static async Task<ReadOnlyMemory<byte>> ContentAsync(Payload payload, CancellationToken cancellation)
    {
        var content = new MemoryStream();
        try
        {
            await using var stream = payload.Open();
            var buffer = new byte[1 << 16];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellation)) > 0)
            {
                content.Write(buffer, 0, read);
                if (content.Length > LargestMegabytes * 1024L * 1024)
                {
                    throw new SourceException($"{payload.Name}: is larger than {LargestMegabytes} MB; " +
                        "split the project, or let dbt write less (--no-compile leaves the compiled code out).");
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw new SourceException($"{payload.Name}: cannot be unpacked: {e.Message} Write the .gz file again.", e);
        }

        var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        return bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? bytes[3..] : bytes;
    }

    public static SourceException Unreadable(string file, JsonException e) => new(
        $"{file}: is not readable as JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}); " +
        "it may have been cut off. Copy it again when dbt has finished.", e);

    public void Dispose() => document.Dispose();

    [GeneratedRegex(@"/dbt/(?<kind>[a-z_-]+)/v(?<version>[0-9]+)\.json\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Schema();
}
