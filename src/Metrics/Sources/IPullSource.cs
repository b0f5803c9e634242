using System.Text.Json;
using Metrics.Model.Facts;

namespace Metrics.Sources;

/// <summary>A source that is asked over its API, again and again, for what is new or changed since the last time.</summary>
public interface IPullSource : ISource
{
    /// <summary>
    /// Everything that changed since the cursor, page by page, oldest first. The engine lands, reads and writes a page and
    /// commits its cursor and coverage in the same transaction before it asks for the next one: whatever happens, the next call
    /// begins with the cursor of the last page that was written. Pages may overlap what was delivered before (writing twice
    /// changes nothing); they must never leave anything out.
    /// <code>
    /// var since = context.Cursor&lt;Cursor&gt;()?.UpdatedAt ?? context.Since;
    /// for (var offset = 0; ; )
    /// {
    ///     var payload = await context.Http.GetPayloadAsync(new Uri(url, $"runs?offset={offset}"), "runs.json", cancellation);
    ///     …
    ///     yield return Page.Of(payload, new Cursor(newest)) with { Covered = [new("pipeline_run", since, newest)] };
    /// }
    /// </code>
    /// </summary>
    /// <exception cref="TransientSourceException">Trying later may help. The client of the context throws it by itself.</exception>
    /// <exception cref="TerminalSourceException">Refused: wrong credentials, rights or configuration.</exception>
    IAsyncEnumerable<Page> PullAsync(PullContext context, CancellationToken cancellation);

    /// <summary>
    /// Asks for as little as shows that address, credentials and rights are as they must be, and says in one line what it saw:
    /// <c>3 repositories, 4,980 of 5,000 requests left</c>. Writes nothing.
    /// </summary>
    /// <exception cref="SourceException">They are not; the message says what to change.</exception>
    Task<string> TestAsync(PullContext context, CancellationToken cancellation);
}

/// <summary>A pull source that can list what exists, so that records deleted over there are found.</summary>
public interface ISweepSource : IPullSource
{
    /// <summary>
    /// Lists everything that exists, part by part. What is stored of a part and not listed gets a tombstone; what is listed and
    /// was tombstoned comes back. A part that fails half-way (an exception while it is enumerated) changes nothing.
    /// </summary>
    IAsyncEnumerable<SweepPart> SweepAsync(PullContext context, CancellationToken cancellation);
}

/// <summary>A part of a fact, listed whole.</summary>
/// <param name="Part">What the listing is complete for: one repository, one service, everything since a moment.</param>
/// <param name="Existing">Records of which only the key counts; streamed, never held together in memory.</param>
public sealed record SweepPart(FactPart Part, IAsyncEnumerable<Fact> Existing);

/// <summary>What a pull may use.</summary>
public sealed class PullContext
{
    /// <summary>Name, options, secrets, mapping.</summary>
    public required SourceConnection Connection { get; init; }

    /// <summary>
    /// For every request of the pull. It retries what is transient (no connection, time-outs, 408, 429, 5xx; 403 that speaks of
    /// a rate limit), waits as <c>Retry-After</c> and rate-limit headers ask, and throws
    /// <see cref="TransientSourceException"/> when patience ends. It refuses private addresses unless the connection allows
    /// them. Other statuses come back: <see cref="SourceResponses.EnsureOkAsync"/> turns them into typed failures.
    /// </summary>
    public required HttpClient Http { get; init; }

    /// <summary>The clock; never another.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>As <see cref="Page.Cursor"/> left it: JSON; null before the first page.</summary>
    public string? CursorText { get; init; }

    /// <summary>How far back a pull without a cursor goes.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What a connection outside HTTP (a database) may reach; see <see cref="Addresses"/>.</summary>
    public required Addresses Addresses { get; init; }

    /// <summary>Tells people what is being done: <c>acme/etl, pull requests</c>.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>The cursor as the source's own record; null before the first page.</summary>
    public T? Cursor<T>() where T : class => CursorText is null ? null : JsonSerializer.Deserialize<T>(CursorText, Page.Json);
}

/// <summary>One answer of an API and where one stands after it.</summary>
/// <param name="Payload">What to land, read and write; null where there is nothing new and only cursor and coverage move.</param>
/// <param name="Cursor">JSON: what the next pull must know to go on after this page.</param>
public sealed record Page(Payload? Payload, string Cursor)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>
    /// The time that everything read so far vouches for, up to and with this page. Only a page that completes a time may
    /// vouch for it: until all pages of an interval have been read, nothing in it is certain.
    /// </summary>
    public IReadOnlyList<TimeCovered> Covered { get; init; } = [];

    /// <summary>A page whose cursor is a record of the source's own.</summary>
    public static Page Of<T>(Payload? payload, T cursor) => new(payload, JsonSerializer.Serialize(cursor, Json));
}
