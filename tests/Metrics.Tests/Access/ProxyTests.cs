using System.Net;
using System.Text.Json;
using Metrics.Tests.Api;

namespace Metrics.Tests.Access;

/// <summary>A proxy in front says who asks; the requests of these tests come from 127.0.0.1.</summary>
public sealed class ProxyTests
{
    private static readonly string[] Headers =
    [
        "Auth:Proxy:UserHeader=X-User", "Auth:Proxy:RolesHeader=X-Roles", "Auth:Proxy:TeamsHeader=X-Teams", "Auth:Roles=*=read,lead=publish",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_word_of_a_trusted_proxy_is_taken()
    {
        await using var service = await StartAsync("127.0.0.0/8");

        (await RecordsAsync(service, ("X-User", "ada"), ("X-Teams", "crm, ops"))).ShouldBe((HttpStatusCode.OK, 2));
        (await RecordsAsync(service, ("X-User", "ada"))).ShouldBe((HttpStatusCode.OK, 0));
        (await RecordsAsync(service, ("X-User", "ada"), ("X-Roles", "lead"))).ShouldBe((HttpStatusCode.OK, 3));
        (await RecordsAsync(service, ("X-User", ""))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await RecordsAsync(service)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Nobody_elses_is()
    {
        await using var service = await StartAsync("10.0.0.5, 192.168.0.0/16");

        (await RecordsAsync(service, ("X-User", "ada"), ("X-Roles", "lead"))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await RecordsAsync(service, ("X-User", "ada"), ("X-Roles", "lead"), ("X-Forwarded-For", "10.0.0.5"))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await RecordsAsync(service, ("X-User", "ada"), ("X-Roles", "lead"), ("X-Real-IP", "10.0.0.5"), ("Forwarded", "for=10.0.0.5"))).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_address_that_a_proxy_forwards_for_is_not_taken_for_the_proxys()
    {
        await using var service = await StartAsync("127.0.0.1");

        (await RecordsAsync(service, ("X-User", "ada"), ("X-Roles", "lead"), ("X-Forwarded-For", "203.0.113.7"))).ShouldBe((HttpStatusCode.OK, 3));
    }

    private static Task<RunningService> StartAsync(string addresses) => RunningService.StartAsync(
        [.. Headers, $"Auth:Proxy:Addresses={addresses}"],
        ("datasets.csv", "dataset,valid_from,tier,team\norders,,0,sales\ncustomers,,1,crm\n"),
        ("incidents.csv", "incident_id,severity,datasets,detected_at\na,1,orders,2026-11-01T00:00:00Z\nb,1,customers,2026-11-02T00:00:00Z\nc,1,customers,2026-11-03T00:00:00Z\n"));

    private static async Task<(HttpStatusCode Status, int Records)> RecordsAsync(RunningService service, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, "/graphql?query=" + Uri.EscapeDataString("""{ kpi(id: "incident_rate") { evidence(period: { period: "2026-Q4" }) { totalCount } } }"""));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await service.Client.SendAsync(request, Cancellation);
        if (response.StatusCode != HttpStatusCode.OK) return (response.StatusCode, 0);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        TestContext.Current.TestOutputHelper!.WriteLine(text);
        using var answer = JsonDocument.Parse(text);
        return (response.StatusCode, answer.RootElement.GetProperty("data").GetProperty("kpi").GetProperty("evidence").GetProperty("totalCount").GetInt32());
    }
}
