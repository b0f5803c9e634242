using System.Text;
using Metrics.GraphQL.Execution;
using Microsoft.AspNetCore.Http;

namespace Metrics.GraphQL.Http;

/// <summary>GraphQL over HTTP: GET and POST, content negotiation and status codes as the working draft has them.</summary>
internal sealed class GraphQLHttpHandler(RequestExecutor executor, ExplorerPage page)
{
    // Without a preference the answer is application/json: old clients expect it, and new ones ask for theirs.
    private static readonly string[] Answers = [MediaTypes.Json, MediaTypes.GraphQLResponse];

    private readonly Lazy<byte[]> sdl = new(() => Encoding.UTF8.GetBytes(executor.Schema.ToSdl() + "\n"));

    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var isGet = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (isGet && !request.Query.ContainsKey("query") && !request.Query.ContainsKey("extensions") && await SendDocumentAsync(context)) return;

        var mediaType = MediaTypes.Negotiate(request, Answers);
        if (mediaType is null)
        {
            await HttpResponseSender.SendErrorAsync(
                context, StatusCodes.Status406NotAcceptable, MediaTypes.Json, $"Accept must allow {MediaTypes.GraphQLResponse} or {MediaTypes.Json}.");
            return;
        }
        if (!isGet && !HttpMethods.IsPost(request.Method))
        {
            context.Response.Headers.Allow = "GET, POST";
            await HttpResponseSender.SendErrorAsync(context, StatusCodes.Status405MethodNotAllowed, mediaType, "Use GET or POST.");
            return;
        }
        if (!isGet && !MediaTypes.IsJsonBody(request))
        {
            await HttpResponseSender.SendErrorAsync(
                context, StatusCodes.Status415UnsupportedMediaType, mediaType, "The body must be application/json in UTF-8, not compressed.");
            return;
        }
        try
        {
            var parsed = isGet
                ? HttpRequestReader.FromQuery(request, executor.Options)
                : await HttpRequestReader.FromBodyAsync(request, executor.Options, context.RequestAborted);
            using var response = await executor.ExecuteAsync(parsed, context.RequestAborted);
            if (response.IsForbiddenMutation) context.Response.Headers.Allow = "POST";
            await HttpResponseSender.SendAsync(context, Status(response, mediaType), mediaType, response.Json);
        }
        catch (BadHttpGraphQLException e)
        {
            await HttpResponseSender.SendErrorAsync(context, e.Status, mediaType, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone; there is nobody to answer.
        }
    }

    internal static int Status(GraphQLResponse response, string mediaType) => response switch
    {
        { IsForbiddenMutation: true } => StatusCodes.Status405MethodNotAllowed,
        { IsExecuted: true } => StatusCodes.Status200OK,
        _ => mediaType == MediaTypes.GraphQLResponse ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
    };

    /// <summary>Sends the SDL for <c>?sdl</c>, or the explorer page to a browser; false when neither was asked for.</summary>
    private async Task<bool> SendDocumentAsync(HttpContext context)
    {
        if (context.Request.Query.ContainsKey("sdl"))
        {
            if (executor.Options.Introspection)
                await HttpResponseSender.SendAsync(context, StatusCodes.Status200OK, "text/plain", sdl.Value);
            else
                await HttpResponseSender.SendErrorAsync(
                    context, StatusCodes.Status404NotFound, MediaTypes.Json, "Introspection is switched off on this server.", ErrorCodes.IntrospectionDisabled);
            return true;
        }
        if (MediaTypes.Negotiate(context.Request, MediaTypes.Json, MediaTypes.GraphQLResponse, MediaTypes.Html) != MediaTypes.Html) return false;
        await page.SendAsync(context);
        return true;
    }
}
