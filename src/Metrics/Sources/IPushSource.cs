using System.Security.Cryptography;
using System.Text;

namespace Metrics.Sources;

/// <summary>
/// A source that is told of events over HTTP, <c>POST /ingest/{source}/{connection}</c>. Files of every source can be sent there;
/// a source implements this to verify signatures, to know events by their id, and to make a payload of a request.
/// </summary>
public interface IPushSource : ISource
{
    /// <summary>
    /// Whether the connection's system has signed the request; null where it bears no signature, and the sender must have a token. A
    /// webhook verifies its signature over <see cref="PushRequest.RawBody"/>, see <see cref="PushRequest.HasHmac"/>, and refuses old
    /// ones where the signature covers a time. Compare in constant time; a missing secret is false.
    /// </summary>
    bool? IsSigned(PushRequest request, SourceConnection connection, DateTimeOffset now) => null;

    /// <summary>What the request delivers. Called only for requests of who may send it.</summary>
    /// <exception cref="SourceException">It is not of this source; the message says what is expected.</exception>
    PushedEvent Describe(PushRequest request);

    /// <summary>
    /// The facts for which a connection with a <c>heartbeat</c> vouches, from each delivery to the next: while deliveries keep
    /// coming at least that often, what was not told did not happen.
    /// </summary>
    IReadOnlyList<string> Vouches => [];
}

/// <summary>What a request delivers.</summary>
/// <param name="Id">
/// The event's id, from the sender: an event that comes again is acknowledged and not written again. Null where the sender gives
/// none; the same body then counts as the same event.
/// </param>
/// <param name="Payload">What to land, read and write; null for a ping, which says no more than that the sender is alive.</param>
public sealed record PushedEvent(string? Id, Payload? Payload);

/// <summary>A request to the ingest endpoint, within the size limits, wholly in memory.</summary>
/// <param name="Headers">By name, whatever its case.</param>
/// <param name="RawBody">As it was sent: what signatures cover.</param>
/// <param name="Body">Unpacked, where it was sent with <c>Content-Encoding: gzip</c>.</param>
public sealed record PushRequest(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> RawBody, ReadOnlyMemory<byte> Body)
{
    /// <summary>A header; null where it is missing.</summary>
    public string? Header(string name) => Headers.TryGetValue(name, out var value) ? value
        : Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Whether a signature in hexadecimal digits is the HMAC-SHA256 of the raw body under a secret, in constant time.</summary>
    /// <param name="secret">Null or empty is never right.</param>
    /// <param name="signature">Without a prefix such as <c>sha256=</c> or <c>v1=</c>.</param>
    /// <param name="before">What the signature covers before the body, such as <c>timestamp.</c></param>
    public bool HasHmac(string? secret, string? signature, string before = "")
    {
        if (string.IsNullOrEmpty(secret) || signature is not { Length: 64 } || !signature.All(char.IsAsciiHexDigit)) return false;
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes(before));
        hmac.AppendData(RawBody.Span);
        return CryptographicOperations.FixedTimeEquals(hmac.GetHashAndReset(), Convert.FromHexString(signature));
    }
}
