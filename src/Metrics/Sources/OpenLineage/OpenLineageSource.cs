using System.Runtime.CompilerServices;
using System.Text;
using Metrics.Model.Facts;

namespace Metrics.Sources.OpenLineage;

/// <summary>Events of OpenLineage, as Airflow, Spark, dbt, Flink and others emit them.</summary>
public sealed class OpenLineageSource : IPushSource
{
    internal const string SourceName = "openlineage";

    private static readonly string[] Extensions = [".json", ".jsonl", ".ndjson"];

    public string Name => SourceName;

    public string Description => "OpenLineage events of Airflow, Spark, dbt, Flink and others: JSON or JSON Lines, as the file transport writes them.";

    public SourceSettings Settings { get; } = new() { Topics = [LineageNames.DatasetTopic] };

    public IEnumerable<Payload> Fetch(IReadOnlyList<string> paths) =>
        SourceFiles.Under(paths, Extensions, "OpenLineage events", "point the client's file transport at a folder, and name it");

    public Stream Redact(Payload payload, Redactor redactor) => JsonDocuments.Rewritten(payload, Privacy(redactor));

    public async IAsyncEnumerable<Reading> ReadAsync(
        Payload payload, ReadContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var privacy = Privacy(context.Redactor);
        var events = new LineageEvents(new LineageNames(context.Mapping), privacy);
        await foreach (var document in JsonDocuments.ReadAsync(payload, cancellation))
        {
            if (document.Fault is { } fault)
            {
                yield return new RecordRejected(document.Place, privacy.Clean(Encoding.UTF8.GetString(document.Text.Span))!, fault);
                continue;
            }

            foreach (var reading in events.Read(document.Json, document.Place)) yield return reading;
        }
    }

    public IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments, ReadContext context) => RunComposer.Compose(fragments);

    /// <summary>One event, or an array of them: what the HTTP transport sends.</summary>
    public PushedEvent Describe(PushRequest request) => new(null, Payload.OfBytes("events.json", request.Body));

    private static JsonRedaction Privacy(Redactor redactor) => new(
        redactor, (place, text) => place.Name == "name" && place.IsUnder("ownership") && LineageNames.IsUser(text));
}
