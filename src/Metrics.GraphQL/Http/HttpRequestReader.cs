using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metrics.GraphQL.Http;

/// <summary>A request that is not well-formed enough to be executed.</summary>
internal sealed class BadHttpGraphQLException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}

/// <summary>The services of an HTTP request, whose scope is not opened before somebody asks for one.</summary>
internal sealed class RequestServices(HttpContext context) : IServiceProvider
{
    public object? GetService(Type serviceType) => context.RequestServices.GetService(serviceType);
}

/// <summary>Reads GraphQL requests from HTTP requests.</summary>
internal static class HttpRequestReader
{
    /// <exception cref="BadHttpGraphQLException">The query string is not a GraphQL request.</exception>
    public static GraphQLRequest FromQuery(HttpRequest request, GraphQLOptions options)
    {
        var extensions = Json(request.Query["extensions"], "extensions", options);
        string? document = request.Query["query"];
        var hash = Hash(extensions);
        if (string.IsNullOrEmpty(document) && hash is null)
            throw new BadHttpGraphQLException(StatusCodes.Status400BadRequest, "The parameter \"query\" is missing.");
        return new GraphQLRequest
        {
            Document = string.IsNullOrEmpty(document) ? null : document,
            DocumentHash = hash,
            OperationName = request.Query["operationName"],
            Variables = Json(request.Query["variables"], "variables", options),
            Services = new RequestServices(request.HttpContext),
            User = request.HttpContext.User,
            QueriesOnly = true,
        };
    }

    /// <exception cref="BadHttpGraphQLException">The body is too large or not a GraphQL request.</exception>
    public static ValueTask<GraphQLRequest> FromBodyAsync(HttpRequest request, GraphQLOptions options, CancellationToken cancellationToken) =>
        ReadAsync(request, options, FromBody, cancellationToken);

    /// <summary>Reads the body as JSON, of bounded size and depth, which is there only until <paramref name="read"/> returns.</summary>
    /// <exception cref="BadHttpGraphQLException">The body is too large or not JSON.</exception>
    public static async ValueTask<T> ReadAsync<T>(
        HttpRequest request, GraphQLOptions options, Func<HttpContext, JsonElement, T> read, CancellationToken cancellationToken)
    {
        if (request.ContentLength > options.MaxBodySize) throw TooLarge(options);
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.Length > options.MaxBodySize) throw TooLarge(options);
            if (!result.IsCompleted)
            {
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                continue;
            }
            try
            {
                using var document = JsonDocument.Parse(result.Buffer, new JsonDocumentOptions { MaxDepth = options.MaxParserDepth });
                return read(request.HttpContext, document.RootElement);
            }
            catch (JsonException e)
            {
                throw new BadHttpGraphQLException(StatusCodes.Status400BadRequest, $"The body is not JSON: {e.Message}");
            }
            finally
            {
                reader.AdvanceTo(result.Buffer.End);
            }
        }
    }

    private static GraphQLRequest FromBody(HttpContext context, JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Array)
            throw new BadHttpGraphQLException(StatusCodes.Status400BadRequest, "Batches are not supported. Send one request at a time.");
        if (body.ValueKind != JsonValueKind.Object)
            throw new BadHttpGraphQLException(StatusCodes.Status400BadRequest, "The body must be a JSON object with the key \"query\".");
        var extensions = Member(body, "extensions", JsonValueKind.Object);
        var document = Text(body, "query");
        var hash = Hash(extensions) ?? Text(body, "documentId") ?? Text(body, "id");
        if (document is null && hash is null)
            throw new BadHttpGraphQLException(StatusCodes.Status400BadRequest, "The key \"query\" is missing.");
        return new GraphQLRequest
        {
            Document = document,
            DocumentHash = hash,
            OperationName = Text(body, "operationName"),
            Variables = Member(body, "variables", JsonValueKind.Object)?.Clone(),
            Services = new RequestServices(context),
            User = context.User,
        };
    }

    private static BadHttpGraphQLException TooLarge(GraphQLOptions options) => new(
        StatusCodes.Status413PayloadTooLarge, FormattableString.Invariant($"The body is larger than {options.MaxBodySize} bytes."));

    private static JsonElement? Json(string? text, string name, GraphQLOptions options)
    {
        if (string.IsNullOrEmpty(text)) return null;
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = options.MaxParserDepth });
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.Object => document.RootElement.Clone(),
                _ => throw new BadHttpGraphQLException(StatusCodes.Status400BadRequest, $"The parameter \"{name}\" must be a JSON object."),
            };
        }
        catch (JsonException e)
        {
            throw new BadHttpGraphQLException(StatusCodes.Status400BadRequest, $"The parameter \"{name}\" is not JSON: {e.Message}");
        }
    }

    private static JsonElement? Member(JsonElement body, string name, JsonValueKind kind)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == kind
            ? value
            : throw new BadHttpGraphQLException(StatusCodes.Status400BadRequest, $"The key \"{name}\" must be {(kind == JsonValueKind.Object ? "an object" : "a string")} or null.");
    }

    private static string? Text(JsonElement body, string name)
    {
        try
        {
            return Member(body, name, JsonValueKind.String)?.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new BadHttpGraphQLException(StatusCodes.Status400BadRequest, $"The key \"{name}\" is not Unicode text.");
        }
    }

    private static string? Hash(JsonElement? extensions) =>
        extensions is { } json
        && json.TryGetProperty("persistedQuery", out var persisted)
        && persisted.ValueKind == JsonValueKind.Object
            ? Text(persisted, "sha256Hash")
            : null;
}
