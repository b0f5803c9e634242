using System.Net;
using System.Threading.RateLimiting;

namespace Metrics.Server.Access;

/// <summary>How much each caller may ask: a bucket for every token and person, and for every address of who has not signed in.</summary>
internal static class RequestLimits
{
    public static void AddRequestLimits(this IServiceCollection services, AccessSettings access) => services.AddRateLimiter(o =>
    {
        o.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(
            PartitionOf(context),
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = Math.Max(access.Burst, access.RequestsPerSecond),
                TokensPerPeriod = access.RequestsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            }));
        o.OnRejected = async (rejected, _) => await Refusals.TooManyAsync(
            rejected.HttpContext, $"{rejected.HttpContext.User.Identity?.Name ?? "This address"} asks more than {access.RequestsPerSecond} times a second.",
            rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1));
    });

    private static string PartitionOf(HttpContext context) => context.User.Identity is { IsAuthenticated: true } caller
        ? $"{caller.AuthenticationType} {caller.Name}"
        : $"address {TokenBook.Partition(context.Connection.RemoteIpAddress ?? IPAddress.None)}";
}
