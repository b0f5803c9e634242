using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Metrics.GraphQL.Execution;
using Microsoft.AspNetCore.Http;

namespace Metrics.GraphQL.Http;

/// <summary>
/// Sends the rows of a trusted document as CSV or JSON Lines, page after page, so that any number of them takes the memory of one page.
/// Without <c>$first</c> these are all rows.
/// </summary>
internal sealed class RowStream(RequestExecutor executor, RowShape shape)
{
    private const int PageSize = 5_000;

    public async Task SendAsync(HttpContext context, GraphQLRequest request, string mediaType)
    {
        context.Features.Set(new RowStreamFeature());
        var asCsv = mediaType == MediaTypes.Csv;
        var variables = request.Variables is { ValueKind: JsonValueKind.Object } given ? JsonObject.Create(given)! : [];
        int? wanted = null;
        var paged = shape.HasPages && TryReadWanted(variables, out wanted);
        using var first = await PageAsync();

        // Rows cannot carry errors, so anything short of success is told in JSON.
        if (first.Errors.Count > 0)
        {
            await TrustedDocumentHandler.RefuseAsync(context, first);
            return;
        }
        var rows = Take(first, out var next);
        byte[] start = asCsv ? [.. RowWriter.Header(shape), .. rows] : rows;
        if (next is null)
        {
            await HttpResponseSender.SendAsync(context, StatusCodes.Status200OK, mediaType, start);
            return;
        }
        try
        {
            await using var body = HttpResponseSender.Open(context, mediaType);
            await SendPageAsync(body, start);
            while (next is not null)
            {
                variables["after"] = next;
                using var page = await PageAsync();
                if (page.Errors.Count > 0)
                {
                    // What is sent cannot be taken back; a body that breaks off is at least no whole table.
                    context.Abort();
                    return;
                }
                await SendPageAsync(body, Take(page, out next));
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The caller hardly reads.
            context.Abort();
        }

        async Task SendPageAsync(Stream body, byte[] page)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            patience.CancelAfter(executor.Options.ReceiveTimeout);
            await body.WriteAsync(page, patience.Token);
            await body.FlushAsync(patience.Token);
        }

        async ValueTask<GraphQLResponse> PageAsync()
        {
            if (paged) variables["first"] = wanted is { } count ? Math.Min(count, PageSize) : PageSize;
            return await executor.ExecuteAsync(request with { Variables = JsonSerializer.SerializeToElement(variables) }, context.RequestAborted);
        }

        byte[] Take(GraphQLResponse page, out string? following)
        {
            using var parsed = JsonDocument.Parse(page.Json, new JsonDocumentOptions { MaxDepth = 1000 });
            var data = parsed.RootElement.GetProperty("data");
            if (wanted is not null) wanted -= shape.Rows(data).Count();
            following = paged && wanted is not <= 0 ? shape.Next(data) : null;
            return RowWriter.Write(data, shape, asCsv);
        }
    }

    /// <summary>How many rows the caller asks for, null for all; false where that is no number, which the executor will say.</summary>
    private static bool TryReadWanted(JsonObject variables, out int? wanted)
    {
        wanted = null;
        if (!variables.TryGetPropertyValue("first", out var first) || first is null) return true;
        if (!int.TryParse(first.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        wanted = count;
        return true;
    }
}
