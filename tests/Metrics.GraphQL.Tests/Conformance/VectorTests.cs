using System.Text.Json;
using System.Text.Json.Nodes;
using Metrics.GraphQL.Conformance;

namespace Metrics.GraphQL.Tests.Conformance;

public class VectorTests
{
    /// <summary>vectors.jsonl holds cases of generate.mjs and what graphql-js 17.1.0 answers; see Metrics.GraphQL.Conformance/README.md.</summary>
    [Fact]
    public async Task Every_committed_vector_is_answered_as_graphql_js_answers_it()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Conformance", "vectors.jsonl"), TestContext.Current.CancellationToken);
        var schema = JsonNode.Parse(lines[0])!["schema"]!.GetValue<string>();
        var runner = new CaseRunner();
        var failures = new List<string>();
        foreach (var line in lines[1..])
        {
            var vector = JsonNode.Parse(line)!;
            var test = vector["case"]!.AsObject();
            test["schema"] = schema;
            var actual = Answer.Normalise(await runner.RunAsync(JsonSerializer.SerializeToElement(test)));
            var expected = Answer.Normalise(JsonSerializer.SerializeToElement(vector["expected"]));
            if (actual != expected) failures.Add($"{test["id"]}: {test["query"]}\n  expected {expected}\n  actual   {actual}");
        }
        lines.Length.ShouldBe(701);
        failures.ShouldBeEmpty();
    }
}
