using System.Text.Json.Serialization;

namespace Metrics.Benchmarks.Servers;

/// <summary>A row of six scalars. The peers make the same ones in peers/rows.mjs.</summary>
public sealed record Row(int Id, string Name, string Team, double Value, int Count, bool Active)
{
    public static IReadOnlyList<Row> Thousand { get; } =
        [.. Enumerable.Range(0, 1000).Select(i => new Row(i, $"Row {i}", $"Team {i % 17}", i * 37 / 100d, i * 3, i % 2 == 0))];
}

internal sealed record HelloAnswer(HelloAnswer.HelloFields Data)
{
    public static HelloAnswer Value { get; } = new(new HelloFields("world"));

    internal sealed record HelloFields(string Hello);
}

internal sealed record RowsAnswer(RowsAnswer.RowsFields Data)
{
    public static RowsAnswer Value { get; } = new(new RowsFields(Row.Thousand));

    internal sealed record RowsFields(IReadOnlyList<Row> Rows);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HelloAnswer))]
[JsonSerializable(typeof(RowsAnswer))]
internal sealed partial class AnswerJson : JsonSerializerContext;
