using System.Text;
using System.Text.Json;
using Metrics.Benchmarks.Servers;

namespace Metrics.Benchmarks;

/// <summary>One kind of request, and the body a right answer has.</summary>
internal sealed record Shape(string Name, string Path, string Query, JsonElement Answer)
{
    public static Shape Hello { get; } = new(
        "hello world", "/hello", "{ hello }", JsonSerializer.SerializeToElement(HelloAnswer.Value, AnswerJson.Default.HelloAnswer));

    public static Shape Rows { get; } = new(
        "1,000 rows of 6 scalars", "/rows", "{ rows { id name team value count active } }",
        JsonSerializer.SerializeToElement(RowsAnswer.Value, AnswerJson.Default.RowsAnswer));

    public static IReadOnlyList<Shape> All { get; } = [Hello, Rows];

    /// <summary>The whole request as sent; the same for every server but for the path.</summary>
    public byte[] Request(string path)
    {
        var body = $$"""{"query":"{{Query}}"}""";
        return Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}
