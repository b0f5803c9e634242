using Metrics.Model.Facts;
using Metrics.Storage.Ingestion;

namespace Metrics.Sources;

/// <summary>
/// A kind of system that records come from. It <em>fetches</em> raw payloads, names what is <em>redacted</em> in them before
/// they are landed, and <em>reads</em> a payload into canonical records; writing is not its business. One folder per source.
/// Every source reads files; one that asks an API is an <see cref="IPullSource"/> too, one that is told of events an
/// <see cref="IPushSource"/>. However a payload came, <see cref="ReadAsync"/> makes the same records of it.
/// </summary>
public interface ISource
{
    /// <summary>The name in commands and in every record's key: <c>dbt</c>.</summary>
    string Name { get; }

    /// <summary>One sentence: what it reads and where one finds that.</summary>
    string Description { get; }

    /// <summary>What a connection of this source may say in sources.yaml.</summary>
    SourceSettings Settings => SourceSettings.None;

    /// <summary>
    /// The payloads under these files and folders, in an order that does not matter. What is there but is not the source's
    /// comes as a payload with <see cref="Payload.Skipped"/> set, so that nothing is passed over in silence.
    /// </summary>
    /// <exception cref="SourceException">A path does not exist, or holds nothing of this source.</exception>
    IEnumerable<Payload> Fetch(IReadOnlyList<string> paths);

    /// <summary>
    /// The payload as it may be stored: names and addresses replaced by keyed hashes. Reading it must give what reading the
    /// original gives, for it is what a replay reads.
    /// </summary>
    Stream Redact(Payload payload, Redactor redactor) => payload.Open();

    /// <summary>How the payload's records meet those stored: whole rows, or parts that are laid over them.</summary>
    WriteMode ModeOf(Payload payload) => WriteMode.Upsert;

    /// <summary>
    /// Reads a payload: a pure function of its content, its headers and the context. Records carry their <c>Source</c>; the
    /// connection is added when they are written. Those that cannot be read come as <see cref="RecordRejected"/>.
    /// </summary>
    /// <exception cref="SourceException">The payload as a whole is not what it should be; the message says what to do.</exception>
    IAsyncEnumerable<Reading> ReadAsync(Payload payload, ReadContext context, CancellationToken cancellation);

    /// <summary>
    /// The records that the fragments of one entity make up, or fragments of a larger one: a pure function of all that are known,
    /// whose order says nothing. Only for a source that reads <see cref="FragmentSeen"/>.
    /// </summary>
    IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments, ReadContext context) => [];

    /// <summary>
    /// Where people open a record of this source in their browser; null where nobody can tell. Made of what the connection is configured
    /// with and of the record's key, never of what a payload says is an address.
    /// </summary>
    /// <param name="fact">The fact's name, such as <c>incident</c>.</param>
    /// <param name="key">The parts of its key after source and connection.</param>
    Uri? LinkTo(SourceConnection connection, string fact, IReadOnlyList<string> key) => null;
}

/// <summary>A payload, path, configuration or answer that cannot be used as a whole, with what to do about it.</summary>
public class SourceException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>
/// The system did not answer, or asked for patience, longer than one waits within a run. Trying later, with nothing changed,
/// may succeed; what was read before is kept.
/// </summary>
public sealed class TransientSourceException(string message, Exception? cause = null) : SourceException(message, cause)
{
    /// <summary>The moment before which the system asked not to be called again; null where it named none.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>The system refused: credentials, rights, address or configuration are wrong. Somebody must change something.</summary>
public sealed class TerminalSourceException(string message, Exception? cause = null) : SourceException(message, cause);
