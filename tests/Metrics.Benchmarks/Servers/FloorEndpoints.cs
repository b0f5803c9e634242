using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Metrics.Benchmarks.Servers;

/// <summary>
/// The floor: the least that ASP.NET Core can do to write the same JSON. Generated serialisers, a writer per thread, straight into
/// the pipe, the length known beforehand, the request's body unread.
/// </summary>
internal static class FloorEndpoints
{
    [ThreadStatic]
    private static Utf8JsonWriter? threadWriter;

    public static void Map(WebApplication app)
    {
        app.MapPost(Shape.Hello.Path, Endpoint(HelloAnswer.Value, AnswerJson.Default.HelloAnswer));
        app.MapPost(Shape.Rows.Path, Endpoint(RowsAnswer.Value, AnswerJson.Default.RowsAnswer));
    }

    private static RequestDelegate Endpoint<T>(T answer, JsonTypeInfo<T> type)
    {
        var length = JsonSerializer.SerializeToUtf8Bytes(answer, type).Length;
        return context =>
        {
            var response = context.Response;
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = length;
            var writer = threadWriter ??= new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { SkipValidation = true });
            writer.Reset(response.BodyWriter);
            JsonSerializer.Serialize(writer, answer, type);
            return Task.CompletedTask;
        };
    }
}
