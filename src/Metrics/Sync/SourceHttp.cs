using System.Net;
using Metrics.Sources;

namespace Metrics.Sync;

/// <summary>The client that sources ask their APIs with.</summary>
public static class SourceHttp
{
    /// <summary>Bytes of one answer, unpacked.</summary>
    public const int LargestAnswer = 64 * 1024 * 1024;

    /// <summary>
    /// A client for one connection: it retries, waits and refuses as <see cref="PullContext.Http"/> says, reads an answer whole
    /// before it gives it out, and follows redirects without taking credentials to another host.
    /// </summary>
    public static HttpClient Create(SourceConnection connection, TimeProvider clock, Patience? patience = null) =>
        Create(new Addresses(connection.AllowPrivateAddresses), clock, patience);

    internal static HttpClient Create(Addresses addresses, TimeProvider clock, Patience? patience = null)
    {
        var wire = new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellation) => addresses.ConnectAsync(context.DnsEndPoint, cancellation),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        };
        var client = new HttpClient(new PatientHandler(patience ?? new Patience(), clock) { InnerHandler = new RedirectHandler { InnerHandler = wire } })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"metrics/{typeof(SourceHttp).Assembly.GetName().Version?.ToString(2) ?? "0"}");
        return client;
    }
}

/// <summary>How long one waits for a system that does not answer or asks for time.</summary>
public sealed record Patience
{
    /// <summary>How often a request is sent again.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Before the second attempt; it doubles from then on, with jitter.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For one attempt, answer and all.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>The longest time that a system may ask for within a run; asked for longer, the run ends and a later one goes on.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(5);
}
