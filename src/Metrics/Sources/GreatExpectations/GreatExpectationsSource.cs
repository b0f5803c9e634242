using System.Runtime.CompilerServices;
using System.Text;
using Metrics.Model.Facts;

namespace Metrics.Sources.GreatExpectations;

/// <summary>Results of Great Expectations, 0.x and 1.x: validation results, checkpoint results, and files of a validations store.</summary>
public sealed class GreatExpectationsSource : IPushSource
{
    internal const string SourceName = "great_expectations";

    private static readonly string[] Extensions = [".json", ".jsonl", ".ndjson"];

    public string Name => SourceName;

    public string Description =>
        "Validation and checkpoint results of Great Expectations 0.11 to 1.x as JSON, such as the files of its validations store.";

    public SourceSettings Settings { get; } = new() { Topics = [ValidationResult.DatasetTopic, ValidationResult.KindTopic] };

    public IEnumerable<Payload> Fetch(IReadOnlyList<string> paths) => SourceFiles.Under(
        paths, Extensions, "results of Great Expectations", "they are in the project's uncommitted/validations, or where the store puts them");

    public Stream Redact(Payload payload, Redactor redactor) => JsonDocuments.Rewritten(payload, Privacy(redactor));

    public async IAsyncEnumerable<Reading> ReadAsync(
        Payload payload, ReadContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var privacy = Privacy(context.Redactor);
        await foreach (var document in JsonDocuments.ReadAsync(payload, cancellation))
        {
            if (document.Fault is { } fault)
            {
                yield return new RecordRejected(document.Place, privacy.Clean(Encoding.UTF8.GetString(document.Text.Span))!, fault);
                continue;
            }

            foreach (var reading in ValidationResult.In(document.Json, document.Place, context.Mapping, privacy)) yield return reading;
        }
    }

    public PushedEvent Describe(PushRequest request) => UploadedFile.Of(request, "validation.json");

    // The values that did not meet an expectation may be anybody's name; only counts are needed.
    private static JsonRedaction Privacy(Redactor redactor) => new(redactor, (place, _) => place.IsUnder("result"));
}
