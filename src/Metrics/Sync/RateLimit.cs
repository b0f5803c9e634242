using System.Globalization;
using System.Net;
using Metrics.Sources;

namespace Metrics.Sync;

/// <summary>What an answer's headers say of how long to wait.</summary>
internal static class RateLimit
{
    private static readonly string[] Remaining = ["X-RateLimit-Remaining", "RateLimit-Remaining"];
    private static readonly string[] Reset = ["X-RateLimit-Reset", "RateLimit-Reset"];
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(1);

    /// <summary>Whether the same request may succeed later. A 403 may be a rate limit: then its headers or its text say so.</summary>
    public static async Task<bool> IsTransientAsync(HttpResponseMessage response, CancellationToken cancellation) =>
        SourceResponses.IsTransient(response.StatusCode)
        || response.StatusCode == HttpStatusCode.Forbidden
            && (response.Headers.RetryAfter is not null || IsUsedUp(response)
                || (await response.Content.ReadAsStringAsync(cancellation)).Contains("rate limit", StringComparison.OrdinalIgnoreCase));

    /// <summary>The moment before which the system asks not to be called; null where it asks for nothing.</summary>
    public static DateTimeOffset? NotBefore(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.Headers.RetryAfter is { Delta: { } delta }) return now + delta;
        if (response.Headers.RetryAfter is { Date: { } date }) return date;
        if (IsUsedUp(response)) return ResetOf(response, now) ?? now + Unsaid;
        return response.StatusCode == HttpStatusCode.Forbidden ? now + Unsaid : null;
    }

    /// <summary>The moment at which a budget that this answer used up begins anew; null where there is budget left.</summary>
    public static DateTimeOffset? NextBudget(HttpResponseMessage response, DateTimeOffset now) =>
        IsUsedUp(response) ? ResetOf(response, now) : null;

    private static bool IsUsedUp(HttpResponseMessage response) => Number(response, Remaining) is 0;

    /// <summary>Some give the moment in seconds since 1970, some the seconds that are left.</summary>
    private static DateTimeOffset? ResetOf(HttpResponseMessage response, DateTimeOffset now) => Number(response, Reset) switch
    {
        > 1_000_000_000 and <= 253_402_300_799 and var moment => DateTimeOffset.FromUnixTimeSeconds(moment),
        >= 0 and <= 1_000_000_000 and var seconds => now + TimeSpan.FromSeconds(seconds),
        _ => null,
    };

    private static long? Number(HttpResponseMessage response, string[] names)
    {
        foreach (var name in names)
            if (response.Headers.TryGetValues(name, out var values)
                && long.TryParse(values.First(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        return null;
    }
}
