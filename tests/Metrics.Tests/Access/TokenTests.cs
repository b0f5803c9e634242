using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Metrics.Model;
using Metrics.Server.Access;
using Metrics.Storage.Access;
using Metrics.Tests.Api;
using Metrics.Tests.Storage.Ingestion;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.Tests.Access;

/// <summary>The service with API tokens, over a real port.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private const string Query = """{"query":"{ kpis { id } }"}""";

    private RunningService service = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => service = await RunningService.StartAsync(["Auth:Tokens=true", "Auth:RequestsPerSecond=0"]);

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/graphql")]
    [InlineData("POST", "/graphql")]
    [InlineData("GET", "/graphql?query={kpis{id}}")]
    [InlineData("GET", "/graphql?sdl")]
    [InlineData("GET", "/graphql/persisted/tier-scorecard?period=2026-Q3&format=csv")]
    [InlineData("GET", "/graphql/persisted/nothing")]
    [InlineData("GET", "/scorecards/1")]
    [InlineData("GET", "/scorecards/scorecard-2026-Q3.pdf")]
    [InlineData("GET", "/nothing")]
    [InlineData("POST", "/ingest/canonical")]
    [InlineData("POST", "/ingest/canonical?file=incidents.csv")]
    public async Task Without_a_token_everything_is_refused_in_the_same_words(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST") request.Content = new StringContent(Query, Encoding.UTF8, "application/json");
        using var response = await service.Client.SendAsync(request, Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        if (path.StartsWith("/ingest", StringComparison.Ordinal)) return;
        response.Headers.WwwAuthenticate.Select(w => w.Scheme).ShouldBe(["Bearer", "Basic"]);
        (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("detail").GetString().ShouldBe(
            "This needs an API token: in the header \"Authorization: Bearer\" or \"X-Api-Key\", or as the password of basic authentication.");
    }

    [Fact]
    public async Task A_token_is_taken_as_bearer_as_password_and_as_key_and_never_from_the_address()
    {
        var secret = await SecretAsync("power-bi");
        (await StatusAsync(r => r.Headers.Authorization = new("Bearer", secret))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(r => r.Headers.Authorization = new("Basic", Base64($"anybody:{secret}")))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(r => r.Headers.Authorization = new("Basic", Base64($":{secret}")))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(r => r.Headers.Add("X-Api-Key", secret))).ShouldBe(HttpStatusCode.OK);
        foreach (var name in (string[])["token", "api_key", "apikey", "key", "access_token", "X-Api-Key"])
            (await StatusAsync(_ => { }, $"/?{name}={secret}")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("Bearer", "")]
    [InlineData("Bearer", "nonsense")]
    [InlineData("Bearer", "mtr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA000000")]
    [InlineData("Basic", "nonsense")]
    [InlineData("Basic", "YWRhOg==")]
    [InlineData("Digest", "username=\"ada\"")]
    public async Task What_is_no_token_is_refused(string scheme, string parameter) =>
        (await StatusAsync(r => r.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {parameter}"))).ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_revoked_and_an_expired_token_are_refused()
    {
        using var client = await service.ClientAsync("power-bi");
        (await client.GetAsync("/", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await service.Tokens.RevokeAsync("power-bi", "ben", Cancellation);
        var status = HttpStatusCode.OK;
        for (var i = 0; i < 100 && status == HttpStatusCode.OK; i++)
        {
            await Task.Delay(100, Cancellation);
            status = (await client.GetAsync("/", Cancellation)).StatusCode;
        }

        status.ShouldBe(HttpStatusCode.Unauthorized);

        var (_, secret) = await service.Tokens.CreateAsync(
            new NewToken("brief", [Scopes.Read], RowLimit.Everything, service.Database.Clock.GetUtcNow().AddHours(1)), "ada", Cancellation);
        (await StatusAsync(r => r.Headers.Authorization = new("Bearer", secret))).ShouldBe(HttpStatusCode.OK);
        await service.Database.ExecuteAsync("update access.token set created_at = created_at - interval '1 day', expires_at = expires_at - interval '1 hour' where name = 'brief'");
        await Task.Delay(1100, Cancellation);
        (await StatusAsync(r => r.Headers.Authorization = new("Bearer", secret))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_does_what_its_scope_says_and_no_more()
    {
        using var ingest = await service.ClientAsync("sender", Scopes.Ingest);
        using var refused = await ingest.GetAsync("/", Cancellation);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("detail").GetString()
            .ShouldBe("token sender may not do this. A token needs the scope for it, a person the role.");

        using var read = await service.ClientAsync("reader");
        (await read.PostAsync("/ingest/canonical", null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var admin = await service.ClientAsync("admin", Scopes.Admin);
        (await admin.GetAsync("/", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await admin.PostAsync("/ingest/nothing", null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(Scopes.Read, "read")]
    [InlineData(Scopes.Ingest, "ingest")]
    [InlineData(Scopes.Publish, "read publish")]
    [InlineData(Scopes.Admin, "read ingest publish admin")]
    public async Task Roles_and_policies_of_fields_are_those_of_the_scope(string scope, string allowed)
    {
        var policies = service.Services.GetRequiredService<IAuthorizationService>();
        var principal = Principals.Of("ada", "test", [scope], RowLimit.Everything);
        var held = new List<string>();
        foreach (var policy in Scopes.All)
        {
            principal.IsInRole(policy).ShouldBe(allowed.Split(' ').Contains(policy));
            if ((await policies.AuthorizeAsync(principal, policy)).Succeeded) held.Add(policy);
        }

        string.Join(' ', held).ShouldBe(allowed);
    }

    [Fact]
    public async Task Health_stays_open_and_tells_strangers_no_more_than_whether_it_is_well()
    {
        (await service.Client.GetStringAsync("/health/live", Cancellation)).ShouldBe("live\n");
        var parts = (await service.Client.GetFromJsonAsync<JsonElement>("/health/ready", Cancellation)).GetProperty("parts");
        parts.EnumerateObject().Select(p => p.Value.GetString()).ShouldAllBe(p => p == "ok" || p == "failing");

        using var reader = await service.ClientAsync("reader");
        (await reader.GetFromJsonAsync<JsonElement>("/health/ready", Cancellation)).GetProperty("parts").GetProperty("kpis").GetString().ShouldEndWith("definitions");
    }

    [Fact]
    public async Task Answers_are_nobody_elses_and_pages_are_framed_by_nobody()
    {
        using var reader = await service.ClientAsync("reader");
        foreach (var path in (string[])["/", "/graphql?query={kpis{id}}", "/nothing"])
        {
            using var response = await reader.GetAsync(path, Cancellation);
            response.Headers.CacheControl!.Private.ShouldBeTrue(path);
            response.Headers.GetValues("Vary").ShouldContain(v => v.Contains("Authorization", StringComparison.Ordinal), path);
            response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            response.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
            response.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors");
            response.Headers.Contains("Server").ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    public async Task A_page_of_another_site_cannot_make_a_browser_send_anything(string header, string value, HttpStatusCode expected)
    {
        using var reader = await service.ClientAsync("reader");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(Query, Encoding.UTF8, "application/json") };
        request.Headers.Add(header, value);
        (await reader.SendAsync(request, Cancellation)).StatusCode.ShouldBe(expected);
    }

    private async Task<HttpStatusCode> StatusAsync(Action<HttpRequestMessage> prepare, string path = "/")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        prepare(request);
        using var response = await service.Client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    private async Task<string> SecretAsync(string name) =>
        (await service.Tokens.CreateAsync(new NewToken(name, [Scopes.Read], RowLimit.Everything, null), "ada", Cancellation)).Secret;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
