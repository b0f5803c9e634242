using System.Globalization;
using System.Text.Json;
using Metrics.GraphQL.Conformance;

namespace Metrics.GraphQL.Tests.Conformance;

public class DifferentialTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(22)]
    [InlineData(333)]
    public async Task Generated_cases_are_answered_as_graphql_js_answers_them(int seed)
    {
        var folder = await NodeTools.FolderAsync();
        var cases = (await NodeTools.RunAsync(folder, "node", ["generate.mjs", seed.ToString(CultureInfo.InvariantCulture), "1000"])).Output;
        await CompareAsync(cases, (await NodeTools.RunAsync(folder, "node", ["oracle.mjs"], cases)).Output);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(55)]
    public async Task Cases_of_the_shared_kit_are_answered_as_graphql_js_answers_them(int seed)
    {
        var folder = await NodeTools.FolderAsync();
        if (NodeTools.SharedKit is null) Assert.Skip("There is no shared conformance kit beside the repository.");
        var cases = (await NodeTools.RunAsync(folder, "node", ["shared/fuzz-gen.mjs", "--n=1000", $"--seed={seed}"])).Output;
        await CompareAsync(cases, (await NodeTools.RunAsync(folder, "node", ["shared/oracle.mjs"], cases)).Output);
    }

    private static async Task CompareAsync(string cases, string answers)
    {
        var tests = cases.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var expected = answers.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        expected.Length.ShouldBe(tests.Length);
        var runner = new CaseRunner();
        var failures = new List<string>();
        for (var i = 0; i < tests.Length; i++)
        {
            using var test = JsonDocument.Parse(tests[i]);
            var answer = await runner.RunAsync(test.RootElement);
            if (Answer.Normalise(answer) == Answer.Normalise(expected[i]) || IsAllowed(answer)) continue;
            failures.Add($"{test.RootElement.GetProperty("query")}\n  expected {expected[i]}\n  actual   {answer}");
        }
        failures.ShouldBeEmpty();
    }

    /// <summary>Where graphql-js departs from the specification, and only there.</summary>
    private static bool IsAllowed(string answer)
    {
        using var document = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 1000 });
        return document.RootElement.TryGetProperty("errors", out var errors) && errors.EnumerateArray().Any(e =>
            // §5.8.5: a nullable variable in a OneOf field is refused also where the input type is wrapped.
            e.GetProperty("message").GetString()!.Contains("must be non-nullable to be used for OneOf Input Object", StringComparison.Ordinal)
            // §3.5.2: a Float that no double can hold is refused, not taken for infinity.
            || e.GetProperty("message").GetString()!.Contains("expected a finite number", StringComparison.Ordinal));
    }
}
