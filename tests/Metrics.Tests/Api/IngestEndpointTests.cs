using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Metrics.Kpis;
using Metrics.Model;
using Metrics.Server.Hosting;
using Metrics.Server.Web;
using Metrics.Storage.Access;
using Metrics.Tests.Storage;
using Metrics.Tests.Storage.Ingestion;
using Microsoft.AspNetCore.Builder;

namespace Metrics.Tests.Api;

/// <summary>What is sent to <c>/ingest</c>, over a real port into a real database.</summary>
public sealed class IngestEndpointTests : IAsyncLifetime
{
    private const string Triggered = """
        {"event":{"id":"e1","event_type":"incident.triggered","resource_type":"incident","occurred_at":"2026-11-20T10:00:00Z","data":{"id":"P1","type":"incident","number":7,
         "status":"triggered","created_at":"2026-11-20T10:00:00Z","title":"Orders late","service":{"id":"S","summary":"Orders","type":"service_reference"},"priority":{"summary":"P1"},"urgency":"high","teams":[]}}}
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("metrics-ingest-");
    private readonly MovingClock clock = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));
    private MetricsDatabase database = null!;
    private Product product = null!;
    private WebApplication app = null!;
    private HttpClient client = null!;
    private string token = "";

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("METRICS_TEST_WEBHOOK_SECRET", "whsec");
        var file = Path.Combine(folder.FullName, "sources.yaml");
        await File.WriteAllTextAsync(file, """
            connections:
              - source: pagerduty
                name: main
                heartbeat: 12h
                secrets: { webhook_secret: "${METRICS_TEST_WEBHOOK_SECRET}" }
              - source: canonical
            """, TestContext.Current.CancellationToken);
        database = await MetricsDatabase.CreateAsync("2026-11-21T12:00:00Z");
        var settings = Settings.Load(
        [
            $"ConnectionStrings:Metrics={database.ConnectionString}", $"ConnectionStrings:MetricsReader={database.ReaderConnectionString}",
            "Urls=http://127.0.0.1:0", $"Sources:File={file}", "Ingest:LargestEvent=1", "Auth:Tokens=true",
        ]);
        product = await Product.OpenAsync(settings, folder.FullName, clock, TestContext.Current.CancellationToken);
        (_, token) = await new AccessTokenStore(database.Application, clock).CreateAsync(
            new NewToken("sender", [Scopes.Ingest], RowLimit.Everything, null), "ada", TestContext.Current.CancellationToken);
        app = WebHost.Build(product, settings, folder.FullName);
        await app.StartAsync(TestContext.Current.CancellationToken);
        client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
        await product.DisposeAsync();
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_signed_event_is_written_before_it_is_acknowledged_and_once()
    {
        var first = await SendAsync(Triggered, Sign(Triggered));
        (first.GetProperty("status").GetString(), first.GetProperty("new").GetInt64()).ShouldBe(("written", 1));
        (await database.TextAsync("select incident_id || ' ' || severity from fact.incident")).ShouldBe("P1 1");

        (await SendAsync(Triggered, Sign(Triggered))).GetProperty("status").GetString().ShouldBe("duplicate");
        (await database.TextAsync("select count(*) from ingest.batch")).ShouldBe("1");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("v1=00")]
    [InlineData("v1=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public async Task What_is_not_signed_rightly_is_refused_and_nothing_is_kept(string? signature)
    {
        using var response = await PostAsync(Triggered, signature);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain("whsec");
        (await database.TextAsync("select count(*) from ingest.batch")).ShouldBe("0");
    }

    [Fact]
    public async Task An_unknown_connection_a_broken_body_and_too_much_have_a_status_each()
    {
        (await PostAsync(Triggered, Sign(Triggered), "/ingest/pagerduty/other")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var elsewhere = new HttpRequestMessage(HttpMethod.Post, "/ingest/pagerduty/other") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        (await client.SendAsync(elsewhere, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync("{", Sign("{"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableContent);
        var large = new string(' ', 1 << 21);
        (await PostAsync(large, Sign(large))).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        // Two megabytes of nothing are two kilobytes packed.
        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) await zip.WriteAsync(new byte[1 << 21], TestContext.Current.CancellationToken);
        using var bomb = new ByteArrayContent(packed.ToArray());
        bomb.Headers.ContentEncoding.Add("gzip");
        (await client.PostAsync(new Uri("/ingest/pagerduty/main", UriKind.Relative), bomb, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Files_of_every_source_are_taken_with_the_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ingest/canonical?file=incidents.csv")
        {
            Content = new StringContent("incident_id,severity,detected_at\na,1,2026-11-01T00:00:00Z\nb,9,2026-11-01T00:00:00Z\n"),
        };
        (await client.SendAsync(Copy(request), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        (answer.GetProperty("new").GetInt64(), answer.GetProperty("rejected").GetInt64()).ShouldBe((1, 1));
        answer.GetProperty("rejections")[0].GetProperty("place").GetString().ShouldNotBeNull().ShouldContain("line 3");
    }

    [Fact]
    public async Task Silence_beyond_the_heartbeat_turns_no_incidents_into_no_data()
    {
        await database.ImportAsync(("datasets.csv", "dataset,tier\norders,0\n"));
        database.Clock = clock;
        await BeatAsync();

        // Every ten hours until 04:00 on the 23rd.
        for (var i = 0; i < 4; i++)
        {
            clock.Advance(TimeSpan.FromHours(10));
            await BeatAsync();
        }

        (await RateAsync("2026-11-21")).ShouldBe((null, KpiStatus.NoData, "No record, and pagerduty (main) vouches for incidents only from 2026-11-21 12:00 UTC on."));
        (await RateAsync("2026-11-22")).ShouldBe((0, KpiStatus.Met, null));
        clock.Advance(TimeSpan.FromHours(12));
        (await RateAsync("2026-11-23")).Value.ShouldBe(0);

        clock.Advance(TimeSpan.FromHours(20));
        (await RateAsync("2026-11-22")).Value.ShouldBe(0);
        (await RateAsync("2026-11-23")).ShouldBe((null, KpiStatus.NoData, "No record, and pagerduty (main) vouches for incidents only until 2026-11-23 04:00 UTC."));

        // Being heard again does not tell what happened meanwhile.
        await BeatAsync();
        clock.Advance(TimeSpan.FromHours(1));
        await BeatAsync();
        (await RateAsync("2026-11-23")).Value.ShouldBeNull();
        (await RateAsync("2026-11-24")).Reason.ShouldBe("No record, and pagerduty (main) vouches for incidents only until 2026-11-23 04:00 UTC and again from 2026-11-24 12:00 UTC.");
    }

    private async Task<(double? Value, KpiStatus Status, string? Reason)> RateAsync(string period)
    {
        var row = (await database.Evaluator.EvaluateAsync(
            new KpiRequest(Period.Parse(period, database.Settings.Calendar)) { Kpis = ["incident_rate"] }, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        return (row.Value, row.Status, row.Reason);
    }

    private async Task BeatAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ingest/pagerduty/main");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        (await client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<JsonElement> SendAsync(string body, string signature)
    {
        using var response = await PostAsync(body, signature);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    private Task<HttpResponseMessage> PostAsync(string body, string? signature, string path = "/ingest/pagerduty/main")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
        request.Headers.ExpectContinue = true;
        if (signature is not null) request.Headers.Add("X-PagerDuty-Signature", signature);
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static HttpRequestMessage Copy(HttpRequestMessage request) => new(request.Method, request.RequestUri) { Content = new StringContent("") };

    private static string Sign(string body) => "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("whsec"), Encoding.UTF8.GetBytes(body)));

    private sealed class MovingClock(DateTimeOffset now) : TimeProvider
    {
        private DateTimeOffset moment = now;

        public override DateTimeOffset GetUtcNow() => moment;

        public void Advance(TimeSpan by) => moment += by;
    }
}
