using System.Runtime.CompilerServices;
using System.Text;
using Metrics.Model.Facts;

namespace Metrics.Sources.Dlt;

/// <summary>Runs, row counts and schemas of dlt pipelines.</summary>
public sealed class DltSource : IPullSource, IPushSource
{
    internal const string SourceName = "dlt";

    private const string Secret = "connection_string";

    private static readonly string[] Extensions = [".json", ".jsonl", ".ndjson"];

    public string Name => SourceName;

    public string Description =>
        "Runs of dlt: traces and load infos as JSON, and the tables _dlt_loads, _dlt_version, _trace and _load_info of a destination.";

    public SourceSettings Settings { get; } = new()
    {
        Options =
        [
            new("datasets", OptionKind.List, "the schemas of the destination to read; by default all that have _dlt_loads"),
            new("dataset", OptionKind.Text, "the destination's dataset, for files that do not name it"),
            new("trace_table", OptionKind.Text, "the table to which traces are saved") { Default = "_trace" },
            new("load_info_table", OptionKind.Text, "the table to which load infos are saved") { Default = "_load_info" },
            new("count_rows", OptionKind.Flag, "count the rows of each load in the destination's tables, which finds loads that were never completed") { Default = "true" },
        ],
        Secrets = [new(Secret, "the PostgreSQL destination, as Host=…;Database=…;Username=…;Password=…; a role that may read its schemas is enough") { IsRequired = true }],
        Topics = [DltNames.DatasetTopic],
    };

    public IEnumerable<Payload> Fetch(IReadOnlyList<string> paths) =>
        SourceFiles.Under(paths, Extensions, "traces, load infos or tables of dlt", "write json.dumps(pipeline.last_trace.asdict(), default=str) to a file");

    public Stream Redact(Payload payload, Redactor redactor) => JsonDocuments.Rewritten(payload, new DltPrivacy(redactor));

    public async IAsyncEnumerable<Reading> ReadAsync(
        Payload payload, ReadContext context, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var privacy = new DltPrivacy(context.Redactor);
        var reader = new DltReader(NamesOf(context.Connection), privacy);
        var table = TableOf(payload, context.Connection);
        await foreach (var document in JsonDocuments.ReadAsync(payload, cancellation))
        {
            if (document.Fault is { } fault)
            {
                yield return new RecordRejected(document.Place, privacy.Clean(Encoding.UTF8.GetString(document.Text.Span))!, fault);
                continue;
            }

            foreach (var reading in reader.Read(document.Json, table, document.Place)) yield return reading;
        }

        foreach (var reading in reader.Finish()) yield return reading;
    }

    public IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments, ReadContext context) =>
        new DltReader(NamesOf(context.Connection), new DltPrivacy(context.Redactor)).Compose(fragments);

    public PushedEvent Describe(PushRequest request) => UploadedFile.Of(request, "trace.json");

    public IAsyncEnumerable<Page> PullAsync(PullContext context, CancellationToken cancellation) => Destination(context).PullAsync(cancellation);

    public Task<string> TestAsync(PullContext context, CancellationToken cancellation) => Destination(context).TestAsync(cancellation);

    private static DltDestination Destination(PullContext context) =>
        new(context, context.Connection.RequiredSecret(Secret), NamesOf(context.Connection));

    private static DltNames NamesOf(SourceConnection connection) => new(
        connection.Text("dataset"), connection.Text("trace_table") ?? "_trace", connection.Text("load_info_table") ?? "_load_info", connection.Mapping);

    /// <summary>The table that a file is of: the filesystem destination names folders so, and exports files.</summary>
    private static string? TableOf(Payload payload, SourceConnection connection)
    {
        var path = payload.Path ?? payload.Name;
        var stem = Path.GetFileName(path).Split('.')[0];
        var folder = Path.GetFileName(Path.GetDirectoryName(path)) ?? "";
        var names = NamesOf(connection);
        return new[] { stem, folder }.FirstOrDefault(n => n.Length > 0 && names.IsOwn(n));
    }
}
