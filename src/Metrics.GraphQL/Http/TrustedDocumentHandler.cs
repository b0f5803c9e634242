using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Language;
using Metrics.GraphQL.TrustedDocuments;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Metrics.GraphQL.Http;

/// <summary>
/// Trusted documents by name: variables from the query string or a JSON body, the result as JSON, CSV or JSON Lines, by
/// <c>?format=json|csv|jsonl</c> or else by <c>Accept</c>.
/// </summary>
internal sealed class TrustedDocumentHandler(RequestExecutor executor)
{
    private const string FormatParameter = "format";
    private static readonly JsonSerializerOptions Listed = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly Dictionary<string, RowShape> shapes =
        executor.TrustedDocuments.Documents.ToDictionary(d => d.Name, d => RowShape.Of(executor.Schema, d.Syntax));

    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var isPost = HttpMethods.IsPost(request.Method);
        if (!isPost && !HttpMethods.IsGet(request.Method))
        {
            context.Response.Headers.Allow = "GET, POST";
            await HttpResponseSender.SendErrorAsync(context, StatusCodes.Status405MethodNotAllowed, MediaTypes.Json, "Use GET or POST.");
            return;
        }
        if (Format(request) is not { } mediaType)
        {
            await HttpResponseSender.SendErrorAsync(
                context, StatusCodes.Status406NotAcceptable, MediaTypes.Json, "Ask for format=json, csv or jsonl, or accept application/json, text/csv or application/jsonl.");
            return;
        }
        var name = (string)request.RouteValues["name"]!;
        if (executor.TrustedDocuments.FindByName(name) is not { } document)
        {
            var names = executor.TrustedDocuments.Documents.Select(d => d.Name);
            await HttpResponseSender.SendErrorAsync(
                context, StatusCodes.Status404NotFound, MediaTypes.Json, $"There is no document of that name. There are: {string.Join(", ", names)}.", ErrorCodes.DocumentNotFound);
            return;
        }
        if (isPost && request.ContentLength is not (null or 0) && !MediaTypes.IsJsonBody(request))
        {
            await HttpResponseSender.SendErrorAsync(
                context, StatusCodes.Status415UnsupportedMediaType, MediaTypes.Json, "The body must be application/json in UTF-8, not compressed.");
            return;
        }
        try
        {
            var variables = isPost && request.ContentLength is not (null or 0)
                ? await HttpRequestReader.ReadAsync(request, executor.Options, FromBody, context.RequestAborted)
                : FromQuery(request.Query, document);
            var query = new GraphQLRequest
            {
                DocumentName = document.Name,
                Variables = variables,
                Services = new RequestServices(context),
                User = context.User,
                QueriesOnly = !isPost,
            };
            if (mediaType is MediaTypes.Csv or MediaTypes.JsonLines)
            {
                await new RowStream(executor, shapes[document.Name]).SendAsync(context, query, mediaType);
                return;
            }
            using var response = await executor.ExecuteAsync(query, context.RequestAborted);
            await SendAsync(context, response, mediaType);
        }
        catch (BadHttpGraphQLException e)
        {
            await HttpResponseSender.SendErrorAsync(context, e.Status, MediaTypes.Json, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone; there is nobody to answer.
        }
    }

    /// <summary>Sends name, description and variables of each document.</summary>
    public Task ListAsync(HttpContext context)
    {
        var documents = executor.TrustedDocuments.Documents.Select(d => new
        {
            name = d.Name,
            description = d.Description,
            variables = d.Syntax.Operations.First().Variables.Select(v => new
            {
                name = v.Variable.Name.Value,
                type = v.Type.ToString(),
                @default = v.DefaultValue?.ToString(),
            }),
        });
        return HttpResponseSender.SendAsync(
            context, StatusCodes.Status200OK, MediaTypes.Json, JsonSerializer.SerializeToUtf8Bytes(documents, Listed));
    }

    private static string? Format(HttpRequest request) => (string?)request.Query[FormatParameter] switch
    {
        "json" => MediaTypes.Json,
        "csv" => MediaTypes.Csv,
        "jsonl" => MediaTypes.JsonLines,
        null => MediaTypes.Negotiate(request, MediaTypes.Json, MediaTypes.GraphQLResponse, MediaTypes.Csv, MediaTypes.JsonLines),
        _ => null,
    };

    private static Task SendAsync(HttpContext context, GraphQLResponse response, string mediaType) =>
        response.IsExecuted
            ? HttpResponseSender.SendAsync(context, StatusCodes.Status200OK, mediaType, response.Json)
            : RefuseAsync(context, response);

    /// <summary>Says in JSON why there is nothing to send.</summary>
    public static Task RefuseAsync(HttpContext context, GraphQLResponse response)
    {
        if (response.IsForbiddenMutation) context.Response.Headers.Allow = "POST";
        return HttpResponseSender.SendAsync(
            context, response.IsForbiddenMutation ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status400BadRequest, MediaTypes.Json, response.Json);
    }

    private static JsonElement? FromBody(HttpContext context, JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw new BadHttpGraphQLException(StatusCodes.Status400BadRequest, "The body must be a JSON object with the key \"variables\".");
        return body.TryGetProperty("variables", out var variables) && variables.ValueKind != JsonValueKind.Null ? variables.Clone() : null;
    }

    private static JsonElement FromQuery(IQueryCollection query, TrustedDocument document)
    {
        var variables = new JsonObject();
        var definitions = document.Syntax.Operations.First().Variables;
        foreach (var (key, values) in query)
        {
            if (definitions.FirstOrDefault(d => d.Variable.Name.Value == key) is { } definition)
            {
                // A form sends its empty inputs too; they mean that nothing was said.
                if (values is not [""]) variables[key] = Value(values, definition.Type);
            }
            else if (key is not FormatParameter)
            {
                throw new BadHttpGraphQLException(
                    StatusCodes.Status400BadRequest,
                    $"The document has no variable \"{key}\". It has: {string.Join(", ", definitions.Select(d => d.Variable.Name.Value))}.");
            }
        }
        return JsonSerializer.SerializeToElement(variables);
    }

    private static JsonNode? Value(StringValues values, TypeNode type)
    {
        var nullable = type is NonNullTypeNode nonNull ? nonNull.NullableType : type;
        if (nullable is ListTypeNode list) return new JsonArray([.. values.Select(v => Value(v, list.ItemType))]);
        if (values.Count > 1) throw new BadHttpGraphQLException(StatusCodes.Status400BadRequest, $"A variable of type {type} can be given only once.");
        return Value(values[0], nullable);
    }

    /// <summary>Strings stay strings; what can only be a number, a boolean or an object is read as JSON.</summary>
    private static JsonNode? Value(string? text, TypeNode type)
    {
        var name = type.NamedType.Name.Value;
        var looksLikeJson = text is { Length: > 0 } && (name is "Int" or "Float" or "Boolean" or "Long" or "Decimal" || text[0] == '{');
        if (!looksLikeJson) return JsonValue.Create(text);
        try
        {
            return JsonNode.Parse(text!);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
