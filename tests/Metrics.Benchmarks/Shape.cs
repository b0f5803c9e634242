using System.Text.Json;
using Metrics.Benchmarks.Load;
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
    public byte[] Request(string path) => HttpText.Post(path, $$"""{"query":"{{Query}}"}""");
}
