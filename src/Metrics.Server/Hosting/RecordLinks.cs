using Metrics.Kpis;
using Metrics.Sync;

namespace Metrics.Server.Hosting;

/// <summary>From a record to its page in the system that it came from, as its source knows it.</summary>
/// <param name="connections">The configured ones.</param>
public sealed class RecordLinks(IReadOnlyList<ConfiguredConnection> connections)
{
    /// <summary>Null where the source cannot tell, or would have to be configured for it.</summary>
    public Uri? Of(SourceRecord record) =>
        Product.Sources.FirstOrDefault(s => s.Name == record.Source) is { } source
            && source.LinkTo(Product.ConnectionOf(connections, source, record.Connection), record.Fact, record.Keys) is { Scheme: "https" or "http" } link
            ? link
            : null;
}
