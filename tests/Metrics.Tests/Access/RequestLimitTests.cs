using System.Net;
using System.Net.Http.Headers;
using Metrics.Storage.Access;
using Metrics.Tests.Api;

namespace Metrics.Tests.Access;

/// <summary>How much may be asked. Buckets fill by one a second, which these tests never wait for.</summary>
public sealed class RequestLimitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_asks_too_much_is_told_when_to_come_again_and_others_are_not()
    {
        await using var service = await RunningService.StartAsync(["Auth:Tokens=true", "Auth:RequestsPerSecond=1", "Auth:Burst=5"]);
        using var greedy = await service.ClientAsync("greedy");
        using var modest = await service.ClientAsync("modest");
        var statuses = new List<HttpStatusCode>();
        HttpResponseMessage? refused = null;
        for (var i = 0; i < 40 && refused is null; i++)
        {
            var response = await greedy.GetAsync("/nothing", Cancellation);
            statuses.Add(response.StatusCode);
            if (response.StatusCode == HttpStatusCode.TooManyRequests) refused = response;
        }

        statuses.Take(5).ShouldAllBe(s => s == HttpStatusCode.NotFound);
        refused.ShouldNotBeNull().Headers.RetryAfter!.Delta!.Value.ShouldBe(TimeSpan.FromSeconds(1));
        (await refused.Content.ReadAsStringAsync(Cancellation)).ShouldContain("token greedy asks more than 1 times a second. Try again in 1 s.");
        (await modest.GetAsync("/nothing", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        for (var i = 0; i < 20; i++) (await service.Client.GetAsync("/health/live", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Wrong_tokens_are_counted_by_address_and_do_not_lock_out_who_was_in()
    {
        await using var service = await RunningService.StartAsync(["Auth:Tokens=true", "Auth:RequestsPerSecond=0"]);
        using var known = await service.ClientAsync("known");
        (await known.GetAsync("/nothing", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        HttpResponseMessage response;
        var tries = 0;
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", TokenSecret.Create()) } };
            response = await service.Client.SendAsync(request, Cancellation);
            tries++;
        }
        while (response.StatusCode == HttpStatusCode.Unauthorized && tries < 200);

        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter.ShouldNotBeNull();
        tries.ShouldBeGreaterThan(20);
        (await known.GetAsync("/nothing", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Task.Delay(1100, Cancellation);
        (await known.GetAsync("/nothing", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
