using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Metrics.Tests.Sync;

/// <summary>A real HTTP server on loopback that answers as a test says, and remembers what it was asked.</summary>
internal sealed class LoopbackApi : IAsyncDisposable
{
    private readonly WebApplication app;

    private LoopbackApi(WebApplication app) => this.app = app;

    /// <summary>Where it listens, with a slash at its end.</summary>
    public Uri Url => new(app.Urls.First() + "/");

    /// <summary>Method, path and query of every request, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public static async Task<LoopbackApi> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var api = new LoopbackApi(server);
        server.Run(context =>
        {
            api.Asked.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            return answer(context);
        });
        await server.StartAsync(TestContext.Current.CancellationToken);
        return api;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}

/// <summary>A clock on which waiting takes no time: it jumps to the end of each wait, and remembers how long it was.</summary>
internal sealed class SkippingClock(DateTimeOffset now) : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset moment = now;

    public List<TimeSpan> Waits { get; } = [];

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return moment;
    }

    /// <summary>Time passes though nobody waits.</summary>
    public void Advance(TimeSpan by)
    {
        lock (gate) moment += by;
    }

    /// <summary>All waits but the time-out of an attempt, which passes as time does.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == TimeOut || dueTime == Timeout.InfiniteTimeSpan) return System.CreateTimer(callback, state, dueTime, period);
        lock (gate)
        {
            Waits.Add(dueTime);
            moment += dueTime;
        }

        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Give this as the time-out of one attempt.</summary>
    public static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(77);
}
