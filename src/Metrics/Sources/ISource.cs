using Metrics.Model.Facts;

namespace Metrics.Sources;

/// <summary>
/// A kind of system that records come from. It <em>fetches</em> raw payloads, names what is <em>redacted</em> in them before
/// they are landed, and <em>reads</em> a payload into canonical records; writing is not its business. One folder per source.
/// </summary>
public interface ISource
{
    /// <summary>The name in commands and in every record's key: <c>dbt</c>.</summary>
    string Name { get; }

    /// <summary>One sentence: what it reads and where one finds that.</summary>
    string Description { get; }

    /// <summary>
    /// The payloads under these files and folders, in an order that does not matter. What is there but is not the source's
    /// comes as a payload with <see cref="Payload.Skipped"/> set, so that nothing is passed over in silence.
    /// </summary>
    /// <exception cref="SourceException">A path does not exist, or holds nothing of this source.</exception>
    IEnumerable<Payload> Fetch(IReadOnlyList<string> paths);

    /// <summary>The payload as it may be stored: names and addresses replaced by keyed hashes.</summary>
    Stream Redact(Payload payload, Redactor redactor) => payload.Open();

    /// <summary>
    /// Reads a payload: a pure function of its content. Records that cannot be read come as <see cref="RecordRejected"/>.
    /// </summary>
    /// <exception cref="SourceException">The payload as a whole is not what it should be; the message says what to do.</exception>
    IAsyncEnumerable<Reading> ReadAsync(Payload payload, Redactor redactor, CancellationToken cancellation);

    /// <summary>
    /// The records that the fragments of one entity make up, or fragments of a larger one: a pure function of all that are known,
    /// whose order says nothing. Only for a source that reads <see cref="FragmentSeen"/>.
    /// </summary>
    IEnumerable<Reading> Compose(IReadOnlyList<FragmentSeen> fragments, Redactor redactor) => [];
}

/// <summary>A payload or path that cannot be used as a whole, with what to do about it.</summary>
public sealed class SourceException(string message, Exception? cause = null) : Exception(message, cause);
