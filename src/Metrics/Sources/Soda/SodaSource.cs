using System.Runtime.CompilerServices;
using System.Text;
using Metrics.Model.Facts;

namespace Metrics.Sources.Soda;

/// <summary>Scan results of Soda.</summary>
public sealed class SodaSource : IPushSource
{
    internal const string SourceName = "soda";

    private static readonly string[] Extensions = [".json", ".jsonl", ".ndjson"];

    public string Name => SourceName;

    public string Description => "Scan results of Soda 3 and 4 as JSON: what scan.get_scan_results() gives, or soda scan -srf FILE writes.";

    public SourceSettings Settings { get; } = new() { Topics = [ScanResults.DatasetTopic, ScanResults.KindTopic] };

    public IEnumerable<Payload> Fetch(IReadOnlyList<string> paths) =>
        SourceFiles.Under(paths, Extensions, "scan results of Soda", "soda scan -srf FILE writes them");

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

            foreach (var reading in new ScanResults(document.Json, document.Place, context.Mapping, privacy).Read()) yield return reading;
        }
    }

    public PushedEvent Describe(PushRequest request) => UploadedFile.Of(request, "scan_results.json");

    // Blocks of diagnostics may hold rows that failed.
    private static JsonRedaction Privacy(Redactor redactor) => new(redactor, (place, _) => place.IsUnder("blocks"));
}
