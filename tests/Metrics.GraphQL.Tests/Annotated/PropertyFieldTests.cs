using Metrics.GraphQL.Annotated;
using Metrics.GraphQL.Execution;

namespace Metrics.GraphQL.Tests.Annotated;

/// <summary>Properties are written straight from the object; what goes wrong there is told as anywhere else.</summary>
public class PropertyFieldTests
{
    private static readonly RequestExecutor Executor = new(AnnotatedSchema.Build([typeof(GaugeQueries)]));

    [Theory]
    [InlineData("{ gauges { name level } }", """{"data":{"gauges":[{"name":"a","level":1.5},{"name":"b","level":null}]}}""")]
    [InlineData(
        "{ gauges { name unit level } }",
        """{"data":{"gauges":[{"name":"a","unit":"m","level":1.5},null]},"errors":[{"message":"Cannot return null for non-nullable field Gauge.unit.","locations":[{"line":1,"column":17}],"path":["gauges",1,"unit"],"extensions":{"code":"NON_NULL_VIOLATION","coordinate":"Gauge.unit"}}]}""")]
    [InlineData(
        "{ gauges { name broken level } }",
        """{"data":{"gauges":[{"name":"a","broken":3,"level":1.5},{"name":"b","broken":null,"level":null}]},"errors":[{"message":"no reading of b","locations":[{"line":1,"column":17}],"path":["gauges",1,"broken"],"extensions":{"coordinate":"Gauge.broken"}}]}""")]
    public async Task What_a_property_gives_or_throws_is_in_its_place(string document, string expected)
    {
        using var response = await Executor.ExecuteAsync(new GraphQLRequest { Document = document }, TestContext.Current.CancellationToken);
        response.ToString().ShouldBe(expected);
    }

    [QueryType]
    public static class GaugeQueries
    {
        public static IReadOnlyList<Gauge?> GetGauges() => [new Gauge("a", "m", 1.5), new Gauge("b", null!, null)];
    }

    public sealed record Gauge(string Name, string Unit, double? Level)
    {
        public int? Broken => Name == "a" ? 3 : throw new GraphQLException($"no reading of {Name}");
    }
}
