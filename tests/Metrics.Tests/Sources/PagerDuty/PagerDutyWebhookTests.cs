using System.Security.Cryptography;
using System.Text;
using Metrics.Sources;
using Metrics.Sources.PagerDuty;

namespace Metrics.Tests.Sources.PagerDuty;

public sealed class PagerDutyWebhookTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PagerDutySource source = new();

    [Fact]
    public void Any_of_the_listed_signatures_may_match_any_of_the_secrets()
    {
        var connection = Connection("old, new");
        IsSigned(connection, $"v1={Signed("old")}").ShouldBe(true);
        IsSigned(connection, $"v1={Signed("gone")},v1={Signed("new")}").ShouldBe(true);
        IsSigned(connection, $"v1={Signed("gone")}").ShouldBe(false);
        IsSigned(connection, $"v0={Signed("old")}").ShouldBe(false);
        IsSigned(connection, "v1=").ShouldBe(false);
        IsSigned(SourceConnection.Bare(source), $"v1={Signed("")}").ShouldBe(false);
    }

    [Theory]
    [InlineData("pagey.ping")]
    [InlineData("service.updated")]
    [InlineData("incident.annotated")]
    [InlineData("incident.status_update_published")]
    public void Pings_and_notes_are_acknowledged_and_not_kept(string type) =>
        source.Describe(Request($$"""{"event": {"id": "e1", "event_type": "{{type}}", "occurred_at": "2026-07-01T10:00:00Z", "data": {"type": "ping"} } }"""))
            .ShouldBe(new PushedEvent("e1", Payload: null));

    [Fact]
    public void An_event_is_known_by_its_id()
    {
        var pushed = source.Describe(Request(PagerDutyIncidentTests.Pushed("01DEN4", "incident.triggered", "10:00", "triggered")));
        (pushed.Id, pushed.Payload?.Name).ShouldBe(("01DEN4", "incident.triggered webhook.json"));
    }

    [Fact]
    public void A_body_that_is_no_JSON_is_refused() =>
        Should.Throw<SourceException>(() => source.Describe(Request("a=b"))).Message.ShouldBe("The body is no JSON; PagerDuty's V3 webhooks are.");

    private bool? IsSigned(SourceConnection connection, string signatures) =>
        source.IsSigned(Request("{}", ("X-PagerDuty-Signature", signatures)), connection, Now);

    private static string Signed(string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "{}"u8));

    private SourceConnection Connection(string secret) =>
        SourceConnection.Create(source, "", new Dictionary<string, string>(), new Dictionary<string, string> { ["webhook_secret"] = secret });

    private static PushRequest Request(string body, params (string Name, string Value)[] headers)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return new PushRequest(headers.ToDictionary(h => h.Name, h => h.Value), bytes, bytes);
    }
}
