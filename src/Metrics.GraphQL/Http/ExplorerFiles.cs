using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Metrics.GraphQL.Http;

/// <summary>The two files of GraphiQL that the build embeds where npm is there to bundle them; see <c>Explorer/</c>.</summary>
internal sealed class ExplorerFiles(byte[] script, byte[] style)
{
    private const string ScriptName = "explorer.js";
    private const string StyleName = "explorer.css";

    public ExplorerFile Script { get; } = new(ScriptName, "text/javascript", script);

    public ExplorerFile Style { get; } = new(StyleName, "text/css", style);

    public IReadOnlyList<ExplorerFile> All => [Script, Style];

    /// <summary>Null where the build had no npm.</summary>
    public static ExplorerFiles? Load() => Read(ScriptName) is { } script && Read(StyleName) is { } style ? new ExplorerFiles(script, style) : null;

    private static byte[]? Read(string name)
    {
        using var stream = typeof(ExplorerFiles).Assembly.GetManifestResourceStream(name);
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>What the build embedded, unless a test registers another.</summary>
internal sealed record ExplorerBundle(ExplorerFiles? Files)
{
    private static readonly Lazy<ExplorerBundle> Loaded = new(() => new(ExplorerFiles.Load()));

    public static ExplorerBundle Embedded => Loaded.Value;
}

/// <summary>A file that is compressed once and kept by browsers: for good under the name with its version, else asked for again.</summary>
internal sealed class ExplorerFile(string name, string mediaType, byte[] content)
{
    private const string VersionParameter = "v";
    private readonly string version = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
    private readonly Lazy<byte[]> brotli = new(() => Compress(content, s => new BrotliStream(s, CompressionLevel.Optimal)));
    private readonly Lazy<byte[]> gzip = new(() => Compress(content, s => new GZipStream(s, CompressionLevel.Optimal)));

    public string Name => name;

    public string VersionedName => $"{name}?{VersionParameter}={version}";

    public async Task SendAsync(HttpContext context)
    {
        var request = context.Request;
        var response = context.Response;
        // Weak, since the bytes differ by compression.
        var tag = new EntityTagHeaderValue($"\"{version}\"", isWeak: true);
        response.Headers.ETag = tag.ToString();
        response.Headers.CacheControl = request.Query[VersionParameter] == version ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.Vary = "Accept-Encoding";
        if (request.GetTypedHeaders().IfNoneMatch.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var encoding = HttpResponseSender.Encoding(request);
        if (encoding is not null) response.Headers.ContentEncoding = encoding;
        var body = encoding switch { "br" => brotli.Value, "gzip" => gzip.Value, _ => content };
        response.ContentType = $"{mediaType}; charset=utf-8";
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    private static byte[] Compress(byte[] content, Func<Stream, Stream> compressor)
    {
        using var target = new MemoryStream();
        using (var stream = compressor(target)) stream.Write(content);
        return target.ToArray();
    }
}
