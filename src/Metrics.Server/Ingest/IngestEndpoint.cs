using System.IO.Compression;
using System.Security.Cryptography;
using Metrics.Server.Access;
using Metrics.Server.Hosting;
using Metrics.Sources;
using Metrics.Storage.Access;
using Metrics.Storage.Ingestion;
using Metrics.Sync;
using Microsoft.AspNetCore.Http.Features;

namespace Metrics.Server.Ingest;

/// <summary>What may be sent at most.</summary>
/// <param name="Event">Bytes of one event, unpacked.</param>
/// <param name="File">Bytes of one file, as sent.</param>
internal sealed record IngestLimits(long Event, long File)
{
    /// <summary>A file may unpack to so many times its limit.</summary>
    public const int Unpacking = 10;

    public static IngestLimits Of(Settings settings) => new(settings.Megabytes("Ingest:LargestEvent"), settings.Megabytes("Ingest:LargestFile"));
}

/// <summary>
/// <c>POST /ingest/{source}/{connection}</c>: events as the source defines them, files of every source with <c>?file=NAME</c>.
/// What is answered 200 is committed.
/// </summary>
internal static class IngestEndpoint
{
    public static void MapIngest(this WebApplication app, Product product, IReadOnlyList<ConfiguredConnection> connections, IngestLimits limits)
    {
        app.MapPost("/ingest/{source}/{connection?}", async (HttpContext context, string source, string? connection, string? file) =>
        {
            var configured = connections.FirstOrDefault(c => c.Connection.Source.Name == source && c.Connection.Name == (connection ?? ""));
            if (configured is null && !context.User.IsInRole(Scopes.Ingest)) return Inbox.Refused(context);
            if (configured is null)
                return Problem(404, "No such connection", $"There is no connection \"{source}{(connection is null ? "" : $"/{connection}")}\" in sources.yaml.");
            try
            {
                var inbox = new Inbox(product, configured, limits);
                return file is null ? await inbox.EventAsync(context) : await inbox.FileAsync(context, file);
            }
            catch (BadHttpRequestException wrong)
            {
                return Problem(wrong.StatusCode, wrong.StatusCode == 413 ? "Too large" : "The request cannot be read", wrong.Message);
            }
            catch (TooLargeException large)
            {
                return Problem(413, "Too large", large.Message);
            }
            catch (SourceException refused)
            {
                return Problem(422, "The payload cannot be used", refused.Message);
            }
            catch (InvalidDataException broken)
            {
                return Problem(400, "The request cannot be read", $"The body says it is gzip, and is not: {broken.Message}");
            }
        }).AllowAnonymous(); // Webhooks are known by their signature.
    }

    internal static IResult Problem(int status, string title, string detail) => Results.Problem(detail, statusCode: status, title: title);
}

/// <summary>Takes what is sent to one connection.</summary>
internal sealed class Inbox(Product product, ConfiguredConnection configured, IngestLimits limits)
{
    private readonly SourceConnection connection = configured.Connection;

    /// <summary>An event: verified, known by its id, written, and only then acknowledged.</summary>
    public async Task<IResult> EventAsync(HttpContext context)
    {
        var cancellation = context.RequestAborted;
        Allow(context, limits.Event);
        var request = await ReadAsync(context, cancellation);
        var source = connection.Source as IPushSource;
        if (source?.IsSigned(request, connection, product.Clock.GetUtcNow()) is { } rightly ? !rightly : !MaySend(context)) return Refused(context);
        if (request.RawBody.IsEmpty) return await HeardAsync(new { status = "heard" }, cancellation);
        if (source is null)
            return IngestEndpoint.Problem(400, "No file name", $"{connection.Title} takes files: name it in the address, as /ingest/{connection.Title}?file=NAME.");

        var pushed = source.Describe(request);
        if (pushed.Payload is not { } payload) return await HeardAsync(new { status = "heard" }, cancellation);
        var id = pushed.Id ?? Convert.ToHexStringLower(SHA256.HashData(request.Body.Span));
        if (await product.ConnectionStates.BatchOfEventAsync(source.Name, connection.Name, id, cancellation) is { } batch)
            return await HeardAsync(new { status = "duplicate", batch }, cancellation);
        return await WriteAsync(payload, new Delivery(IngestWay.Push) { Event = id }, cancellation);
    }

    /// <summary>A file: streamed to the disk, then imported as from a folder.</summary>
    public async Task<IResult> FileAsync(HttpContext context, string name)
    {
        var cancellation = context.RequestAborted;
        if (!MaySend(context)) return Refused(context);
        if (name.Length is 0 or > 200 || name != Path.GetFileName(name) || name.Any(char.IsControl))
            return IngestEndpoint.Problem(400, "No file name", "file is the name of a file, without folders, at most 200 characters: ?file=run_results.json.");
        Allow(context, limits.File);
        var folder = Directory.CreateTempSubdirectory("metrics-upload-");
        try
        {
            var path = Path.Combine(folder.FullName, "upload");
            await using (var stored = File.Create(path))
            await using (var content = IsGzip(context)
                ? new BoundedStream(new GZipStream(context.Request.Body, CompressionMode.Decompress), limits.File * IngestLimits.Unpacking)
                : context.Request.Body)
                await content.CopyToAsync(stored, cancellation);
            var payload = Payload.OfFile(path) with
            {
                Name = name,
                Path = null,
                WrittenAt = null,
                LongestUnpacked = limits.File * IngestLimits.Unpacking,
            };
            return await WriteAsync(payload, new Delivery(IngestWay.Push), cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<IResult> WriteAsync(Payload payload, Delivery delivery, CancellationToken cancellation)
    {
        var report = await product.Importer.WriteAsync(connection, payload, delivery, cancellation);
        return await HeardAsync(
            new
            {
                status = "written",
                batch = report.Batch,
                @new = report.New,
                changed = report.Changed,
                same = report.Same,
                rejected = report.Rejected,
                rejections = report.Rejections.Take(10).Select(r => new { r.Place, r.Reason }),
            }, cancellation);
    }

    private async Task<IResult> HeardAsync(object answer, CancellationToken cancellation)
    {
        var vouches = connection.Source is IPushSource source ? source.Vouches : [];
        await product.ConnectionStates.HearAsync(
            connection.Source.Name, connection.Name, vouches, configured.Heartbeat, product.Clock.GetUtcNow(), cancellation);
        return Results.Json(answer);
    }

    /// <summary>Whether the caller may send what is not signed. Who needs not sign in may not where a webhook's secret says that all is signed.</summary>
    private bool MaySend(HttpContext context) =>
        context.User.IsInRole(Scopes.Ingest)
        && (context.User.Identity?.AuthenticationType != Principals.LocalType || connection.Secret(SourceConnection.WebhookSecret) is null);

    /// <summary>401, or 403 to who has signed in. Which connections there are is not for everybody to find out.</summary>
    internal static IResult Refused(HttpContext context) => IngestEndpoint.Problem(
        context.User.Identity is { IsAuthenticated: true, AuthenticationType: not Principals.LocalType } ? 403 : 401, "Not authentic",
        "The signature is wrong, or there is none and no token with the scope ingest. \"metrics tokens create NAME --scope ingest\" makes one; "
        + "the secret of the connection's webhook is named in sources.yaml.");

    private static void Allow(HttpContext context, long bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = bytes;
    }

    private static bool IsGzip(HttpContext context) => context.Request.Headers.ContentEncoding.ToString().Equals("gzip", StringComparison.OrdinalIgnoreCase);

    private async Task<PushRequest> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var raw = new MemoryStream();
        await context.Request.Body.CopyToAsync(raw, cancellation);
        var body = raw;
        if (IsGzip(context) && raw.Length > 0)
        {
            body = new MemoryStream();
            raw.Position = 0;
            await using var unpacked = new BoundedStream(new GZipStream(raw, CompressionMode.Decompress, leaveOpen: true), limits.Event);
            await unpacked.CopyToAsync(body, cancellation);
        }

        return new PushRequest(headers, raw.ToArray(), body.ToArray());
    }
}
