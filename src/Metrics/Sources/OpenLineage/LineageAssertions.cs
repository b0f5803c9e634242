using System.Globalization;
using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources.OpenLineage;

/// <summary>
/// The checks in an event and their results: <c>dataQualityAssertions</c>, which stands in facets of inputs, of their input facets
/// and of outputs, and the newer run facet <c>test</c>.
/// </summary>
internal sealed class LineageAssertions(JsonElement json, string? type, DateTimeOffset at, JsonRedaction privacy)
{
    private const string Facet = "dataQualityAssertions";

    private readonly string job = json.At("job").Text("name")!;
    private readonly bool isTest = json.At("job").At("facets").At("jobType").Text("jobType") == "TEST";

    public IEnumerable<Reading> Read(IReadOnlyList<LineageDataset> datasets)
    {
        // dbt tells of a skipped test by ABORT, with success false: nothing was tested.
        if (type == "ABORT") yield break;
        var any = false;
        foreach (var dataset in datasets)
        {
            var assertions = dataset.Facets.At(Facet).At("assertions").Items().Concat(dataset.OwnFacets.At(Facet).At("assertions").Items());
            foreach (var assertion in assertions)
            {
                any = true;
                foreach (var reading in Assertion(assertion, dataset.Id)) yield return reading;
            }
        }

        // At the start a test facet says what will be tested; its status counts at the end.
        if (any || type is not ("COMPLETE" or "FAIL")) yield break;
        var tested = datasets.Select(d => d.Id).Distinct().ToList();
        foreach (var test in json.At("run").At("facets").At("test").At("tests").Items())
            foreach (var reading in Test(test, tested.Count == 1 ? tested[0] : null)) yield return reading;
    }

    private IEnumerable<Reading> Assertion(JsonElement assertion, string dataset)
    {
        if (assertion.Text("assertion") is not { } name || assertion.At("success").ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            yield return Rejected(assertion, "assertion or success is missing; both are needed to know what was tested and how it ended");
            yield break;
        }

        var column = assertion.Text("column");
        var status = assertion.IsTrue("success") ? CheckStatus.Pass : Severe(assertion);
        var id = string.Join(' ', new[] { isTest ? job : dataset, assertion.Text("name") ?? name, column }.OfType<string>());
        yield return new RecordRead(Check(id, dataset, CheckKinds.Of(name), column));
        yield return new RecordRead(Result(id, status, assertion));
    }

    private IEnumerable<Reading> Test(JsonElement test, string? dataset)
    {
        CheckStatus? status = test.Text("status")?.ToLowerInvariant() switch
        {
            "pass" or "passed" or "success" => CheckStatus.Pass,
            "fail" or "failed" => Severe(test),
            "warn" => CheckStatus.Warn,
            "skip" or "skipped" => CheckStatus.Skipped,
            "error" => CheckStatus.Error,
            _ => null,
        };
        if (test.Text("name") is not { } name || status is null)
        {
            yield return Rejected(test, $"status is \"{test.Text("status")}\", name \"{test.Text("name")}\"; needed are a name and pass, warn, fail, error or skip");
            yield break;
        }

        yield return new RecordRead(Check(name, dataset, CheckKinds.Of(test.Text("type")), test.At("params").Text("column") ?? test.Text("column")));
        yield return new RecordRead(Result(name, status.Value, test));
    }

    /// <summary>A failure that was configured to warn blocks nothing.</summary>
    private static CheckStatus Severe(JsonElement test) =>
        test.Text("severity")?.StartsWith("warn", StringComparison.OrdinalIgnoreCase) == true ? CheckStatus.Warn : CheckStatus.Fail;

    private Check Check(string id, string? dataset, CheckKind kind, string? column) => new()
    {
        CheckId = id,
        Dataset = dataset,
        Kind = kind,
        Column = column,
        Source = OpenLineageSource.SourceName,
        SeenAt = at,
    };

    private CheckResult Result(string id, CheckStatus status, JsonElement test) => new()
    {
        CheckId = id,
        RunAt = at,
        Status = status,
        Value = decimal.TryParse(test.Text("actual"), NumberStyles.Float, CultureInfo.InvariantCulture, out var actual) ? actual : null,
        Message = status == CheckStatus.Pass ? null : privacy.Message(Difference(test)),
        Source = OpenLineageSource.SourceName,
        UpdatedAt = at,
    };

    private static string? Difference(JsonElement test) => (test.Text("expected"), test.Text("actual")) switch
    {
        (null, null) => null,
        (null, var actual) => $"actual {actual}",
        (var expected, null) => $"expected {expected}",
        var (expected, actual) => $"expected {expected}, actual {actual}",
    };

    private RecordRejected Rejected(JsonElement what, string reason) =>
        new($"{job} at {at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)}", privacy.Shown(what), reason);
}
