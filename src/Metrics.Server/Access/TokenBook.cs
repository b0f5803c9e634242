using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Metrics.Storage.Access;

namespace Metrics.Server.Access;

/// <summary>What became of a token that was presented.</summary>
/// <param name="Principal">Null where it is refused.</param>
/// <param name="RetryAfter">Not null where it was not even looked at: there were too many wrong ones from that address.</param>
internal readonly record struct TokenVerdict(ClaimsPrincipal? Principal, TimeSpan? RetryAfter = null);

/// <summary>
/// The tokens in use. One that was found is taken for good for a second, so that a revoked one is refused everywhere a second later, and a
/// busy one costs a look-up a second. Wrong ones are counted by address. Thread-safe.
/// </summary>
internal sealed class TokenBook(AccessTokenStore store, TimeProvider clock) : IDisposable
{
    /// <summary>The authentication type of tokens.</summary>
    public const string AuthenticationType = "token";

    private const int WrongOnes = 20;
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Forgiven = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);
    private readonly PartitionedRateLimiter<IPAddress> wrong = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetTokenBucketLimiter(Partition(address), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = WrongOnes,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = Forgiven,
            QueueLimit = 0,
        }));

    /// <param name="secret">As it was presented.</param>
    /// <param name="from">Null where it is not known.</param>
    public async ValueTask<TokenVerdict> JudgeAsync(string secret, IPAddress? from, CancellationToken cancellation)
    {
        from ??= IPAddress.None;
        if (!TokenSecret.IsWellFormed(secret)) return Refuse(from);
        var hash = TokenSecret.HashOf(secret);
        var key = Convert.ToHexString(hash);
        var isKnown = known.TryGetValue(key, out var last);
        if (isKnown && clock.GetElapsedTime(last!.ReadAt) < Trusted) return Judge(last.Token, last.Principal, from);

        // A token that was good before is looked up however many wrong ones its address has sent.
        if (!isKnown && wrong.AttemptAcquire(from, permitCount: 0) is { IsAcquired: false }) return new TokenVerdict(null, Forgiven);
        var readAt = clock.GetTimestamp();
        if (await store.UseAsync(hash, cancellation) is not { RevokedAt: null } token)
        {
            known.TryRemove(key, out _);
            return Refuse(from);
        }

        var principal = Principals.Of(token, AuthenticationType);
        known[key] = new Known(token, principal, readAt);
        return Judge(token, principal, from);
    }

    public void Dispose() => wrong.Dispose();

    private TokenVerdict Judge(AccessToken token, ClaimsPrincipal principal, IPAddress from) =>
        token.IsValid(clock.GetUtcNow()) ? new TokenVerdict(principal) : Refuse(from);

    private TokenVerdict Refuse(IPAddress from) => wrong.AttemptAcquire(from).IsAcquired ? default : new TokenVerdict(null, Forgiven);

    /// <summary>An IPv6 network is one household, however many addresses it has.</summary>
    internal static IPAddress Partition(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed record Known(AccessToken Token, ClaimsPrincipal Principal, long ReadAt);
}
