using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Metrics.GraphQL.Http;

/// <summary>Sends bodies, compressed when they are worth it and the caller can read that.</summary>
internal static class HttpResponseSender
{
    // Below one packet, compression costs time and saves none.
    private const int MinCompressedSize = 1400;

    /// <summary>
    /// Sends a body. What GET gave has an entity tag of its content, by which a caller that asks again learns that nothing has changed.
    /// </summary>
    public static async Task SendAsync(HttpContext context, int status, string mediaType, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        AddHeaders(response, mediaType);
        if (status == StatusCodes.Status200OK && HttpMethods.IsGet(context.Request.Method))
        {
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 16))}\"", isWeak: true);
            response.GetTypedHeaders().ETag = tag;
            response.Headers.CacheControl = "private, no-cache";
            if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        response.StatusCode = status;
        var encoding = body.Length < MinCompressedSize ? null : Encoding(context.Request);
        if (encoding is null)
        {
            response.ContentLength = body.Length;
            await response.BodyWriter.WriteAsync(body, context.RequestAborted);
            return;
        }
        await using var compressor = Compress(response, encoding);
        await compressor.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>A body of unknown length that succeeds; to be disposed of by the caller.</summary>
    public static Stream Open(HttpContext context, string mediaType)
    {
        AddHeaders(context.Response, mediaType);
        context.Response.Headers.CacheControl = "private, no-cache";
        return Encoding(context.Request) is { } encoding ? Compress(context.Response, encoding) : context.Response.BodyWriter.AsStream(leaveOpen: true);
    }

    private static void AddHeaders(HttpResponse response, string mediaType)
    {
        response.ContentType = MediaTypes.InUtf8(mediaType);
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.Vary = "Accept, Accept-Encoding";
    }

    private static Stream Compress(HttpResponse response, string encoding)
    {
        response.Headers.ContentEncoding = encoding;
        var target = response.BodyWriter.AsStream(leaveOpen: true);
        return encoding == "br" ? new BrotliStream(target, CompressionLevel.Fastest) : new GZipStream(target, CompressionLevel.Fastest);
    }

    /// <summary>Sends errors that arose before there was anything to execute.</summary>
    public static async Task SendErrorAsync(HttpContext context, int status, string mediaType, string message, string code = ErrorCodes.BadRequest)
    {
        using var writer = new Execution.ResponseWriter();
        writer.WriteStartObject();
        Execution.ErrorWriter.Write(writer, [new GraphQLError(message) { Code = code }]);
        writer.WriteEndObject();
        await SendAsync(context, status, mediaType, writer.Written);
    }

    /// <summary>The compression that the caller reads and that is best, if any.</summary>
    public static string? Encoding(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        return Accepts(accepted, "br") ? "br" : Accepts(accepted, "gzip") ? "gzip" : null;
    }

    private static bool Accepts(IList<StringWithQualityHeaderValue> accepted, string encoding) =>
        accepted.Any(a => a.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && a.Quality is not 0);
}
