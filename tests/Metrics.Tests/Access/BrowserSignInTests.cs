using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Metrics.Server.Access;
using Metrics.Server.Hosting;
using Metrics.Tests.Api;

namespace Metrics.Tests.Access;

/// <summary>Signing in with a browser, at a real provider on loopback.</summary>
public sealed class BrowserSignInTests : IAsyncLifetime
{
    private LittleProvider provider = null!;
    private RunningService service = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        provider = await LittleProvider.StartAsync();
        service = await RunningService.StartAsync(
            [.. provider.Settings, "Auth:OAuth:TeamsClaim=groups.teams", "Auth:Roles=read=read, lead=publish, root=admin", "Auth:Tokens=true"],
            ("teams.csv", "team,name,domain\nsales,Sales,shop\ncrm,CRM,people\n"),
            ("datasets.csv", "dataset,valid_from,tier,team\norders,,0,sales\ncustomers,,1,crm\n"),
            ("incidents.csv", "incident_id,severity,datasets,detected_at\na,1,orders,2026-11-01T00:00:00Z\nb,1,customers,2026-11-02T00:00:00Z\nc,1,customers,2026-11-03T00:00:00Z\n"));
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task A_browser_is_sent_to_the_provider_and_comes_back_to_what_it_asked_for()
    {
        provider.User = new { sub = "42", email = "ada@example.com", roles = (string[])["lead"] };
        using var browser = Browser();

        using var page = await browser.GetAsync("/?period=2026-Q3", Cancellation);

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.RequestMessage!.RequestUri!.PathAndQuery.ShouldBe("/?period=2026-Q3");
        (await page.Content.ReadAsStringAsync(Cancellation)).ShouldContain("Signed in as ada@example.com.");
        (await browser.GetAsync("/", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        provider.Signed.ShouldBe(1);

        (await (await browser.PostAsync("/sign-out", null, Cancellation)).Content.ReadAsStringAsync(Cancellation)).ShouldStartWith("You have signed out here.");
        provider.Denies = true;
        (await browser.GetAsync("/", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Programs_are_not_sent_anywhere()
    {
        using var response = await service.Client.GetAsync("/graphql?query={kpis{id}}", Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.Location.ShouldBeNull();
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldContain("Sign in with a browser at /sign-in, or send an API token.");
    }

    [Theory]
    [InlineData("""["sales"]""", 1)]
    [InlineData("""["crm"]""", 2)]
    [InlineData("""["crm","sales"]""", 3)]
    [InlineData("""["*"]""", 3)]
    [InlineData("""[]""", 0)]
    [InlineData("null", 0)]
    public async Task Readers_see_the_rows_of_their_teams(string teams, int records)
    {
        using var claims = JsonDocument.Parse($$$"""{"sub":"7","roles":"read","groups":{"teams":{{{teams}}}}}""");
        provider.User = claims.RootElement.Clone();

        (await EvidenceAsync()).ShouldBe(records);
    }

    [Fact]
    public async Task Who_may_publish_sees_everything()
    {
        provider.User = new { sub = "7", roles = (string[])["lead"], groups = new { teams = (string[])["crm"] } };
        (await EvidenceAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task Who_has_no_role_here_is_known_and_not_let_in()
    {
        provider.User = new { sub = "7", email = "eve@example.com", roles = (string[])["guest"] };
        using var browser = Browser();
        using var response = await browser.GetAsync("/", Cancellation);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await response.Content.ReadAsStringAsync(Cancellation)).ShouldContain("eve@example.com may not do this.");
    }

    [Fact]
    public async Task Who_is_denied_is_told_so_and_not_in_the_words_of_an_address()
    {
        provider.Denies = true;
        await ShouldNotSignInAsync("The provider refused, or the sign-in was begun in another browser or too long ago. Try again at /sign-in.");
    }

    [Fact]
    public async Task A_code_that_has_expired_signs_nobody_in()
    {
        provider.CodesExpire = true;
        await ShouldNotSignInAsync("The provider refused, or the sign-in was begun in another browser or too long ago. Try again at /sign-in.");
    }

    [Fact]
    public async Task Who_the_provider_does_not_name_is_not_signed_in()
    {
        provider.User = null;
        await ShouldNotSignInAsync("The provider did not say who you are. Try again at /sign-in.");
        provider.User = new { roles = (string[])["read"] };
        await ShouldNotSignInAsync("The provider's answer has neither \"email\" nor \"sub\" (Auth:OAuth:NameClaim). Try again at /sign-in.");
    }

    [Fact]
    public async Task Another_browsers_sign_in_cannot_be_ended_here()
    {
        // The attacker begins a sign-in and stops before coming back; the victim follows the rest.
        using var attacker = Browser(follows: false);
        var toProvider = (await attacker.GetAsync("/sign-in", Cancellation)).Headers.Location!;
        var back = (await attacker.GetAsync(toProvider, Cancellation)).Headers.Location!;
        using var victim = Browser(follows: false);

        (await victim.GetAsync(back, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await victim.GetAsync(new Uri(back, "/signed-in?code=abc&state=made-up"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await victim.GetAsync(new Uri(back, "/signed-in"), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        provider.Signed.ShouldBe(0);

        // Once is enough: neither the code nor the state is good a second time.
        (await attacker.GetAsync(back, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Found);
        (await attacker.GetAsync(back, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        provider.Signed.ShouldBe(1);
    }

    [Fact]
    public async Task The_cookie_is_kept_from_scripts_and_other_sites_and_is_worth_nothing_when_changed()
    {
        using var browser = Browser(follows: false);
        var back = (await browser.GetAsync((await browser.GetAsync("/sign-in", Cancellation)).Headers.Location!, Cancellation)).Headers.Location!;
        var cookie = (await browser.GetAsync(back, Cancellation)).Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("metrics=", StringComparison.Ordinal));

        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
        var value = cookie.Split(';')[0];
        (await StatusAsync(value)).ShouldBe(HttpStatusCode.OK);
        var middle = value.Length / 2;
        (await StatusAsync(value[..middle] + (value[middle] == 'A' ? 'B' : 'A') + value[(middle + 1)..])).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/a?b=c", "/a?b=c")]
    [InlineData("https://evil.example", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/a\nb", "/")]
    [InlineData("", "/")]
    public void Nobody_is_sent_elsewhere_after_signing_in(string asked, string sent) => BrowserSignIn.Within(asked).ShouldBe(sent);

    [Theory]
    [InlineData("Auth:OAuth:ClientId=a", "To sign in with OAuth, Auth:OAuth:Authorize, Auth:OAuth:Token, Auth:OAuth:UserInfo, Auth:OAuth:ClientSecret must be set too.")]
    [InlineData(
        "Auth:OAuth:ClientId=a Auth:OAuth:ClientSecret=b Auth:OAuth:Token=https://a Auth:OAuth:UserInfo=https://a Auth:OAuth:Authorize=http://idp.example.com/a",
        "Auth:OAuth:Authorize is \"http://idp.example.com/a\"; write an https address of the provider.")]
    [InlineData("Auth:Tokens=true Auth:Roles=read=write", "Auth:Roles has \"read=write\"; write ROLE=SCOPE, where SCOPE is one of read, ingest, publish, admin.")]
    [InlineData("Auth:Tokens=maybe", "Auth:Tokens is \"maybe\"; allowed are true, false.")]
    [InlineData("Auth:Tokens=true Urls=http://0.0.0.0:8080", "Urls has \"http://0.0.0.0:8080\", which has no name. Say by which names callers reach it: Auth:Hosts=metrics.example.com.")]
    [InlineData("Auth:Proxy:UserHeader=X-User", "Auth:Proxy:UserHeader is set, and nobody is trusted to send it. Set Auth:Proxy:Addresses to the addresses of the proxy.")]
    [InlineData("Auth:Proxy:Addresses=10.0.0.5/64", "Auth:Proxy:Addresses has \"10.0.0.5/64\"; write addresses or networks, such as 10.0.0.5 or 10.0.0.0/24, separated by commas.")]
    public void A_setting_that_cannot_be_used_stops_the_start(string settings, string message) =>
        Should.Throw<SettingsException>(() => AccessSettings.Of(Settings.Load(settings.Split(' ')))).Message.ShouldBe(message);

    private async Task<int> EvidenceAsync()
    {
        using var browser = Browser();
        using var signedIn = await browser.GetAsync("/", Cancellation);
        using var answer = JsonDocument.Parse(await browser.GetStringAsync(
            "/graphql?query=" + Uri.EscapeDataString("""{ kpi(id: "incident_rate") { evidence(period: { period: "2026-Q4" }) { totalCount } } }"""), Cancellation));
        return answer.RootElement.GetProperty("data").GetProperty("kpi").GetProperty("evidence").GetProperty("totalCount").GetInt32();
    }

    private async Task ShouldNotSignInAsync(string detail)
    {
        using var browser = Browser();
        using var response = await browser.GetAsync("/", Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("detail").GetString().ShouldBe(detail);
        using var again = await service.Client.GetAsync("/", Cancellation);
        again.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<HttpStatusCode> StatusAsync(string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", cookie } } };
        using var response = await service.Client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    private HttpClient Browser(bool follows = true)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = follows, CookieContainer = new CookieContainer() }) { BaseAddress = service.Client.BaseAddress };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html, */*");
        return client;
    }
}
