using Metrics.Model.Facts;
using Metrics.Sources;
using Metrics.Sync;
using Metrics.Tests.Sync;

namespace Metrics.Tests.Sources;

/// <summary>Pulls of one connection, one after the other: each begins with the cursor of the last page that was taken.</summary>
internal sealed class PullRun(SourceConnection connection, DateTimeOffset now)
{
    private string? cursor;

    public SkippingClock Clock { get; set; } = new(now);

    public DateTimeOffset Since { get; init; } = now.AddDays(-30);

    public FragmentBook Book { get; } = new(connection);

    /// <summary>Payloads in the order in which they came.</summary>
    public List<Payload> Payloads { get; } = [];

    public List<TimeCovered> Covered { get; } = [];

    /// <param name="pages">Stop after so many, as if the program had ended; the cursor of the last is kept.</param>
    public async Task RunAsync(int pages = int.MaxValue)
    {
        using var http = Client();
        await foreach (var page in ((IPullSource)connection.Source).PullAsync(Context(http), TestContext.Current.CancellationToken))
        {
            if (page.Payload is { } payload)
            {
                Payloads.Add(payload);
                await Book.ReadAsync(payload);
            }

            cursor = page.Cursor;
            Covered.AddRange(page.Covered);
            if (--pages == 0) return;
        }
    }

    public async Task<string> TestAsync()
    {
        using var http = Client();
        return await ((IPullSource)connection.Source).TestAsync(Context(http), TestContext.Current.CancellationToken);
    }

    /// <summary>Each part and the keys of what exists of it.</summary>
    public async Task<List<string>> SweepAsync()
    {
        using var http = Client();
        var parts = new List<string>();
        await foreach (var part in ((ISweepSource)connection.Source).SweepAsync(Context(http), TestContext.Current.CancellationToken))
        {
            var keys = await part.Existing.Select(f => string.Join('#', FactSchema.Of(f).Keys.Select(k => k.Get(f)))).ToListAsync(TestContext.Current.CancellationToken);
            parts.Add($"{part.Part}: {string.Join(", ", keys)}");
        }

        return parts;
    }

    private HttpClient Client() => SourceHttp.Create(connection with { AllowPrivateAddresses = true }, Clock, new Patience { Attempt = SkippingClock.TimeOut });

    private PullContext Context(HttpClient http) => new()
    {
        Connection = connection,
        Http = http,
        Clock = Clock,
        CursorText = cursor,
        Since = Since,
        Addresses = new Addresses(allowPrivate: true),
    };
}
