using Metrics.GraphQL;

namespace Metrics.Benchmarks.Servers;

/// <summary>The annotated schema our server is measured with.</summary>
[QueryType]
public static class BenchmarkQueries
{
    public static string GetHello() => "world";

    public static IReadOnlyList<Row> GetRows() => Row.Thousand;
}
