using System.Globalization;
using System.IO.Compression;
using System.Net;
using Metrics.Sources;
using Metrics.Sync;
using Metrics.Tests.Sources.Tickets;
using Microsoft.AspNetCore.Http;

namespace Metrics.Tests.Sync;

public sealed class SourceHttpTests
{
    private static readonly DateTimeOffset Now = new(2026, 9, 16, 12, 0, 0, TimeSpan.Zero);
    private static readonly Patience Patience = new() { Attempt = SkippingClock.TimeOut };
    private readonly SkippingClock clock = new(Now);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_of_429_is_asked_again_after_the_seconds_of_Retry_After()
    {
        await using var api = await LoopbackApi.StartAsync(Script((429, "Retry-After", "7"), (200, "", "")));

        (await AskAsync(api)).ShouldBe("fine");

        clock.Waits.ShouldBe([TimeSpan.FromSeconds(7)]);
        api.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Retry_After_may_be_a_date()
    {
        await using var api = await LoopbackApi.StartAsync(Script((503, "Retry-After", Now.AddSeconds(90).ToString("R", CultureInfo.InvariantCulture)), (200, "", "")));

        await AskAsync(api);

        clock.Waits.ShouldBe([TimeSpan.FromSeconds(90)]);
    }

    [Fact]
    public async Task Asked_to_wait_longer_than_a_run_waits_it_ends_and_says_until_when()
    {
        await using var api = await LoopbackApi.StartAsync(Script((429, "Retry-After", "3600")));

        var patience = await Should.ThrowAsync<TransientSourceException>(() => AskAsync(api));

        patience.RetryAt.ShouldBe(Now.AddHours(1));
        patience.Message.ShouldContain("asks to wait until 2026-09-16 13:00:00 UTC");
        api.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_429_without_Retry_After_and_a_500_are_asked_again_with_growing_delays()
    {
        await using var api = await LoopbackApi.StartAsync(Script((429, "", ""), (500, "", ""), (502, "", ""), (200, "", "")));

        (await AskAsync(api)).ShouldBe("fine");

        // Jitter may make one delay shorter than the last; together three that double from 1 s on take 2.8 to 5.8 s.
        clock.Waits.Count.ShouldBe(3);
        clock.Waits.Sum(w => w.TotalSeconds).ShouldBeInRange(2.8, 5.8);
    }

    [Fact]
    public async Task A_500_that_stays_ends_the_run()
    {
        await using var api = await LoopbackApi.StartAsync(Script((500, "", "")));

        (await Should.ThrowAsync<TransientSourceException>(() => AskAsync(api))).Message.ShouldContain("answered 500 Internal Server Error, 6 times");

        api.Asked.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData("X-RateLimit-Remaining: 0; X-RateLimit-Reset: 1789560100", 100)]
    [InlineData("RateLimit-Remaining: 0; RateLimit-Reset: 12", 12)]
    [InlineData("Retry-After: 5", 5)]
    [InlineData("", 60)]
    public async Task A_403_that_speaks_of_a_rate_limit_is_waited_for(string headers, int seconds)
    {
        var answers = 0;
        await using var api = await LoopbackApi.StartAsync(async context =>
        {
            if (++answers > 1)
            {
                await context.Response.WriteAsync("fine");
                return;
            }

            context.Response.StatusCode = 403;
            foreach (var header in headers.Split("; ", StringSplitOptions.RemoveEmptyEntries)) context.Response.Headers[header.Split(": ")[0]] = header.Split(": ")[1];
            await context.Response.WriteAsync(headers.Length == 0 ? "You have exceeded a secondary rate limit." : "no");
        });

        (await AskAsync(api)).ShouldBe("fine");

        clock.Waits.ShouldBe([TimeSpan.FromSeconds(seconds)]);
    }

    [Fact]
    public async Task A_budget_that_is_used_up_is_waited_for_before_the_next_request()
    {
        await using var api = await LoopbackApi.StartAsync(context =>
        {
            context.Response.Headers["X-RateLimit-Remaining"] = "0";
            context.Response.Headers["X-RateLimit-Reset"] = "30";
            return context.Response.WriteAsync("fine");
        });
        using var http = Client();

        await http.GetPayloadAsync(api.Url, "a", Cancellation);
        clock.Waits.ShouldBeEmpty();
        await http.GetPayloadAsync(api.Url, "b", Cancellation);

        clock.Waits.ShouldBe([TimeSpan.FromSeconds(30)]);
    }

    [Theory]
    [InlineData(401, "Check the credentials")]
    [InlineData(403, "lack a right")]
    [InlineData(404, "Check the address")]
    [InlineData(422, "Check the options")]
    public async Task A_refusal_is_terminal_and_not_repeated(int status, string advice)
    {
        await using var api = await LoopbackApi.StartAsync(Script((status, "", "")));

        var refused = await Should.ThrowAsync<TerminalSourceException>(() => AskAsync(api, "?key=hush"));

        refused.Message.ShouldContain(advice);
        refused.Message.ShouldNotContain("hush");
        api.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_middle_of_an_answer_is_tried_again()
    {
        var answers = 0;
        await using var api = await LoopbackApi.StartAsync(async context =>
        {
            if (++answers == 1)
            {
                context.Response.ContentLength = 100;
                await context.Response.WriteAsync("half");
                await context.Response.Body.FlushAsync();
                context.Abort();
                return;
            }

            await context.Response.WriteAsync("fine");
        });

        (await AskAsync(api)).ShouldBe("fine");

        answers.ShouldBe(2);
    }

    [Fact]
    public async Task Nobody_there_is_transient()
    {
        var api = await LoopbackApi.StartAsync(Script((200, "", "")));
        var url = api.Url;
        await api.DisposeAsync();
        using var http = Client();

        (await Should.ThrowAsync<TransientSourceException>(() => http.GetPayloadAsync(url, "a", Cancellation))).Message.ShouldContain("did not answer");

        clock.Waits.Count.ShouldBe(5);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_given_up()
    {
        await using var api = await LoopbackApi.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var http = Client(patience: new Patience { Attempt = TimeSpan.FromMilliseconds(200), Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1) }, time: TimeProvider.System);

        (await Should.ThrowAsync<TransientSourceException>(() => http.GetPayloadAsync(api.Url, "a", Cancellation))).Message.ShouldContain("did not answer within");

        api.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_private_address_is_refused_unless_the_connection_allows_it()
    {
        await using var api = await LoopbackApi.StartAsync(Script((200, "", "")));
        using var http = Client(allowPrivate: false);

        (await Should.ThrowAsync<TerminalSourceException>(() => http.GetPayloadAsync(api.Url, "a", Cancellation))).Message
            .ShouldBe("127.0.0.1 is the address 127.0.0.1, which is not public. If this is meant, set allow_private_addresses: true at the connection in sources.yaml.");
        await Should.ThrowAsync<TerminalSourceException>(() => http.GetPayloadAsync(new Uri($"http://localhost:{api.Url.Port}/"), "a", Cancellation));

        api.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("140.82.112.3", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2606:50c0:8000::153", true)]
    public void Addresses_are_public_or_not(string address, bool isPublic) => Addresses.IsPublic(IPAddress.Parse(address)).ShouldBe(isPublic);

    [Fact]
    public async Task A_redirect_takes_credentials_along_at_home_only()
    {
        var told = new List<string>();
        await using var other = await LoopbackApi.StartAsync(context =>
        {
            told.Add($"other {context.Request.Headers.Authorization}{context.Request.Headers["X-Key"]}");
            return context.Response.WriteAsync("fine");
        });
        await using var api = await LoopbackApi.StartAsync(context =>
        {
            told.Add($"{context.Request.Path} {context.Request.Headers.Authorization}{context.Request.Headers["X-Key"]}");
            context.Response.Redirect(context.Request.Path == "/" ? "/moved" : other.Url.ToString());
            return Task.CompletedTask;
        });
        using var http = Client();
        var request = new HttpRequestMessage(HttpMethod.Get, api.Url) { Headers = { { "Authorization", "Bearer t" }, { "X-Key", "k" } } };

        await http.SendForPayloadAsync(request, "a", Cancellation);

        told.ShouldBe(["/ Bearer tk", "/moved Bearer tk", "other "]);
    }

    [Fact]
    public async Task A_redirect_to_an_address_that_is_not_public_is_refused()
    {
        // To this guard the server's own address is public and its neighbour is not.
        var guard = new Addresses(address => address.Equals(IPAddress.Loopback));
        await using var api = await LoopbackApi.StartAsync(context =>
        {
            context.Response.Redirect($"http://127.0.0.2:{context.Request.Host.Port}/latest/meta-data");
            return Task.CompletedTask;
        });
        using var http = SourceHttp.Create(guard, clock, Patience);

        (await Should.ThrowAsync<TerminalSourceException>(() => http.GetPayloadAsync(api.Url, "a", Cancellation))).Message
            .ShouldStartWith("127.0.0.2 is the address 127.0.0.2, which is not public.");

        api.Asked.ShouldBe(["GET /"]);
    }

    [Fact]
    public async Task A_compressed_answer_cannot_explode()
    {
        await using var api = await LoopbackApi.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var packed = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 80; i++) await packed.WriteAsync(zeros);
        });

        (await Should.ThrowAsync<TerminalSourceException>(() => AskAsync(api))).Message.ShouldContain("more than 64 MB");

        api.Asked.Count.ShouldBe(1);
    }

    private async Task<string> AskAsync(LoopbackApi api, string query = "")
    {
        using var http = Client();
        using var reader = new StreamReader((await http.GetPayloadAsync(new Uri(api.Url, query), "a", Cancellation)).Open());
        return await reader.ReadToEndAsync(Cancellation);
    }

    private HttpClient Client(bool allowPrivate = true, Patience? patience = null, TimeProvider? time = null) => SourceHttp.Create(
        SourceConnection.Bare(new TicketSource()) with { AllowPrivateAddresses = allowPrivate }, time ?? clock, patience ?? Patience);

    /// <summary>Answers in order; the last one stays.</summary>
    private static RequestDelegate Script(params (int Status, string Header, string Value)[] answers)
    {
        var next = 0;
        return context =>
        {
            var (status, header, value) = answers[Math.Min(next++, answers.Length - 1)];
            context.Response.StatusCode = status;
            if (header.Length > 0) context.Response.Headers[header] = value;
            return context.Response.WriteAsync("fine");
        };
    }
}
