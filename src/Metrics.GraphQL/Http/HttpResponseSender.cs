using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Metrics.GraphQL.Http;

/// <summary>Sends bodies, compressed when they are worth it and the caller can read that.</summary>
internal static class HttpResponseSender
{
    // Below one packet, compression costs time and saves none.
    private const int MinCompressedSize = 1400;

    public static async Task SendAsync(HttpContext context, int status, string mediaType, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = MediaTypes.InUtf8(mediaType);
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.Vary = "Accept, Accept-Encoding";
        var encoding = body.Length < MinCompressedSize ? null : Encoding(context.Request);
        if (encoding is null)
        {
            response.ContentLength = body.Length;
            await response.BodyWriter.WriteAsync(body, context.RequestAborted);
            return;
        }
        response.Headers.ContentEncoding = encoding;
        var target = response.BodyWriter.AsStream(leaveOpen: true);
        await using Stream compressor = encoding == "br"
            ? new BrotliStream(target, CompressionLevel.Fastest)
            : new GZipStream(target, CompressionLevel.Fastest);
        await compressor.WriteAsync(body, context.RequestAborted);
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
